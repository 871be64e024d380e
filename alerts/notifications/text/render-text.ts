import type { Language } from '../../../domain/language.ts';
import type { MessageSubject, Purpose } from '../../../domain/notification.ts';
import type { PersonRole } from '../../../domain/people.ts';
import type { Catalogue } from './catalogue.ts';
import { type Detail, type Disclosed, disclose, isDeviceRule, isHazard } from './disclosure.ts';
import { en } from './en.ts';
import { wallClock } from './wall-clock.ts';
import { zhCn } from './zh-cn.ts';

const catalogues: Readonly<Record<Language, Catalogue>> = { 'zh-CN': zhCn, en };

/** Below this a message counts as on time: a person would not notice. */
const lateFromMs = 5_000;

/** These purposes ask somebody to go. */
const urging: readonly Purpose[] = ['raised', 'raised-again', 'dispatch-unverified', 'exhausted'];

/** Words for a provider's fixed SMS template, each short; none of them is ever empty. */
export interface SmsWords {
  /** Who it is about, or the home for a device, or "a resident" for those who may not know. */
  readonly name: string;
  readonly place: string;
  readonly what: string;
  /** Since when, on the home's wall clock. */
  readonly time: string;
}

export interface RenderedText {
  /** One line: a subject line, a headline. */
  readonly title: string;
  /** Several short lines, the most needed first. */
  readonly body: string;
  readonly sms: SmsWords;
}

const whatOf = (words: Catalogue, facts: Disclosed): string => {
  if (!facts.mayKnowWhat) return isDeviceRule(facts.rule) ? words.deviceNeedsLook : words.helpNeeded;
  return facts.outageHomes > 1 ? words.outage(facts.outageHomes) : words.what[facts.code](facts);
};

const whoOf = (words: Catalogue, facts: Disclosed): string => {
  if (facts.audience === 'neighbour') return facts.address ?? words.knownPlace;
  if (isDeviceRule(facts.rule) || facts.audience === 'maintainer') return facts.home ?? words.knownPlace;
  return facts.resident ?? words.resident;
};

const placeOf = (words: Catalogue, facts: Disclosed): string | null => {
  if (facts.audience === 'maintainer') return facts.devicePlace;
  const parts = [facts.address ?? facts.home, facts.bed].filter((part) => part !== null);
  return parts.length === 0 ? null : words.joinPlace(parts);
};

/** What this receiver is to do. While somebody is to go, a danger in the home comes first. */
const askOf = (words: Catalogue, { rule, purpose, audience }: Disclosed): string => {
  if (isDeviceRule(rule)) return words.askDevice[purpose];
  return isHazard(rule) && urging.includes(purpose) ? words.askHazard[rule][audience] : words.ask[purpose][audience];
};

/**
 * A message in words: who, where, what, since when (on the home's clock), what to do, and how late it is, in the receiver's language, from
 * no more than this receiver may know ({@link disclose}).
 * @param link opens the alarm's page for this receiver; left out of the text when null.
 */
export const renderText = (
  subject: MessageSubject,
  role: PersonRole,
  language: Language,
  link: string | null,
  detail: Detail = 'minimal',
): RenderedText => {
  const words = catalogues[language];
  const facts = disclose(subject, role, detail);
  const who = whoOf(words, facts);
  const what = whatOf(words, facts);
  const since = wallClock(facts.since, facts.raisedAt, facts.timeZone);
  const late = facts.lateMs >= lateFromMs ? words.late(facts.lateMs) : '';
  const place = placeOf(words, facts);
  const lines = [
    words.sentence(who, since, what, facts.calls) + late,
    place === null || place === who ? null : words.where(place),
    facts.access === null ? null : words.access(facts.access),
    facts.purpose === 'taken' && facts.takenBy !== null ? words.takenBy(facts.takenBy) : null,
    askOf(words, facts),
    link === null ? null : words.link(link),
  ];
  return {
    title: words.headline(words.mark[facts.purpose](words.priority[facts.priority]), who, what),
    body: lines.filter((text) => text !== null).join('\n'),
    sms: {
      name: facts.audience === 'neighbour' ? words.resident : who,
      place: place ?? facts.home ?? words.knownPlace,
      what: what + late,
      time: since,
    },
  };
};
