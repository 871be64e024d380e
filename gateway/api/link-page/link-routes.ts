import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AlarmAct } from '../../../domain/alarm-act.ts';
import { type Language, languageSchema } from '../../../domain/language.ts';
import { audienceMayKnowNames } from './who-may-know.ts';
import { readLinkToken } from '../../people/link-token.ts';
import { callerLanguage } from '../caller-language.ts';
import type { Api, ApiParts } from '../parts.ts';
import { canAnswer, howItStands, purposeNow } from './how-it-stands.ts';
import { type Button, type PageContent, renderPage } from './page.ts';
import { pageWords } from './page-words.ts';
import { nameOf, type OpenedLink, readLink } from './read-link.ts';
import { linkPageStyle } from './style.ts';

const outcomes = ['going', 'decline', 'acknowledge', 'not-done'] as const;
const tokenParams = z.object({ token: z.string().max(64) });
const pageQuery = z.object({ lang: languageSchema.optional().catch(undefined), done: z.enum(outcomes).optional().catch(undefined) });
const formSchema = z.object({ act: z.enum(['going', 'decline', 'acknowledge']), key: z.uuid() });

/** What each button means as a deed. */
const actOf = (button: Button, { person }: OpenedLink): AlarmAct => {
  switch (button) {
    case 'going':
      return { type: 'going', responder: person };
    case 'decline':
      return { type: 'decline', person };
    case 'acknowledge':
      return { type: 'acknowledge' };
  }
};

const sendPage = (reply: FastifyReply, status: number, content: PageContent): FastifyReply =>
  reply
    .code(status)
    .headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex, nofollow' })
    .type('text/html; charset=utf-8')
    .send(renderPage(content));

/**
 * The page behind the link in a message: for a phone, without an account, without a script. The token is all the right there is: one alarm,
 * one person, until it expires. Looking never changes the alarm (programs that preview messages look too); only a press of a button does.
 * A token that was not made here costs one hash and no query, so guessing needs no counter, and a crowd of guessers slows nobody.
 */
export const linkRoutes = (app: Api, { reader, keeper, clock, secrets, messageText }: ApiParts): void => {
  const find = async (token: string): Promise<OpenedLink | null> => {
    const link = readLinkToken(secrets.linkKey, token);
    return link === null ? null : readLink(reader, link);
  };

  const plain = (reply: FastifyReply, status: number, which: 'unknown' | 'expired', language: Language, path: string): FastifyReply => {
    const { title, text } = pageWords[language][which];
    const other = `${path}?lang=${language === 'en' ? 'zh-CN' : 'en'}`;
    return sendPage(reply, status, {
      language,
      otherLanguage: other,
      title,
      lines: [text],
      state: null,
      tone: 'over',
      notice: null,
      form: null,
    });
  };

  const contentOf = async (
    opened: OpenedLink,
    language: Language,
    { done, chosen, path }: { done: (typeof outcomes)[number] | undefined; chosen: Language | undefined; path: string },
  ): Promise<PageContent> => {
    const words = pageWords[language];
    const { alarm, person, role } = opened;
    const name = async (other: OpenedLink['person'] | null): Promise<string> => {
      if (other === person) return words.you;
      const known = other === null || !audienceMayKnowNames(role) ? null : await nameOf(reader, other);
      return known ?? words.somebody;
    };
    const reason = alarm.reasons.at(-1) ?? opened.subject.reason;
    const subject = {
      ...opened.subject,
      purpose: purposeNow(alarm, opened.subject.purpose, person),
      calls: alarm.calls,
      reason,
      takenBy: null,
    };
    const { title, body } = messageText(subject, role, language);
    const tone = alarm.state.value === 'closed' ? 'over' : alarm.state.value === 'unacknowledged' ? 'open' : 'taken';
    return {
      language,
      otherLanguage: `${path}?lang=${language === 'en' ? 'zh-CN' : 'en'}`,
      title,
      lines: body.split('\n'),
      state: await howItStands(alarm, words, name),
      tone,
      notice:
        done === undefined ? null : done === 'not-done' ? { good: false, text: words.notDone } : { good: true, text: words.done[done] },
      form: canAnswer(alarm)
        ? {
            action: chosen === undefined ? path : `${path}?lang=${chosen}`,
            key: randomUUID(),
            buttons: ['going', 'decline', 'acknowledge'],
          }
        : null,
    };
  };

  /** That it was read is worth knowing, but no reason to keep somebody from the page. */
  const markRead = async (opened: OpenedLink): Promise<void> => {
    if (opened.opened) return;
    const context = { actor: `link:${opened.link}`, person: opened.person, audit: [], idempotency: null };
    try {
      await keeper.execute({ type: 'open-link', link: opened.link }, context);
    } catch {
      app.log.warn({ link: opened.link }, 'a link was opened and that could not be kept');
    }
  };

  const languageFor = (request: FastifyRequest, chosen: Language | undefined, own: Language | null): Language =>
    chosen ?? own ?? callerLanguage(request.headers['accept-language']);

  app.route({
    method: 'GET',
    url: '/a/style.css',
    config: { permission: 'public' },
    schema: { hide: true },
    handler: async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=3600').type('text/css; charset=utf-8').send(linkPageStyle),
  });

  app.route({
    method: 'GET',
    url: '/a/:token',
    config: { permission: 'public' },
    exposeHeadRoute: false,
    schema: { hide: true, params: tokenParams, querystring: pageQuery },
    handler: async (request, reply) => {
      const { token } = request.params;
      const { lang, done } = request.query;
      const path = `/a/${encodeURIComponent(token)}`;
      const opened = await find(token);
      if (opened === null) return plain(reply, 404, 'unknown', languageFor(request, lang, null), path);
      const language = languageFor(request, lang, opened.language);
      if (opened.expiresAt <= clock.now()) return plain(reply, 410, 'expired', language, path);
      await markRead(opened);
      return sendPage(reply, 200, await contentOf(opened, language, { done, chosen: lang, path }));
    },
  });

  app.route({
    method: 'POST',
    url: '/a/:token',
    config: { permission: 'public' },
    bodyLimit: 4_096,
    schema: { hide: true, params: tokenParams, querystring: pageQuery },
    handler: async (request, reply) => {
      const { token } = request.params;
      const { lang } = request.query;
      const path = `/a/${encodeURIComponent(token)}`;
      const opened = await find(token);
      if (opened === null) return plain(reply, 404, 'unknown', languageFor(request, lang, null), path);
      if (opened.expiresAt <= clock.now()) return plain(reply, 410, 'expired', languageFor(request, lang, opened.language), path);
      const form = formSchema.safeParse(request.body);
      const done = form.success ? await press(opened, form.data) : 'not-done';
      // The answer is a page of its own: a reload of it presses nothing.
      return reply.header('cache-control', 'no-store').redirect(`${path}?done=${done}${lang === undefined ? '' : `&lang=${lang}`}`, 303);
    },
  });

  const press = async (opened: OpenedLink, form: z.infer<typeof formSchema>): Promise<(typeof outcomes)[number]> => {
    const { alarm, person, link } = opened;
    try {
      const answer = await keeper.execute(
        { type: 'act-on-alarm', alarm: alarm.id, act: actOf(form.act, opened) },
        {
          actor: `link:${link}`,
          person,
          audit: [{ action: form.act, entity: 'alarm', entityId: alarm.id, home: alarm.home, detail: {} }],
          // One key for each page that was shown: a second tap on it is the same press.
          idempotency: { key: form.key, request: `${alarm.id} ${form.act}` },
        },
      );
      return answer.ok ? form.act : 'not-done';
    } catch {
      app.log.error({ alarm: alarm.id }, 'an answer through a link could not be kept');
      return 'not-done';
    }
  };
};
