import { afterEach, describe, expect, it } from 'vitest';
import { smtpConfigSchema } from '../../alerts/notifications/email/config.ts';
import { createEmailChannel, type EmailChannel } from '../../alerts/notifications/email/email-channel.ts';
import { createSmtpInbox, type SmtpInbox, type SmtpInboxOptions, type SmtpScript } from '../servers/smtp-inbox.ts';
import { aDelivery, aSubject } from './a-delivery.ts';

const address = { channel: 'email', address: 'li.lei@desk.example' } as const;
const never = new AbortController().signal;

describe('the e-mail channel', () => {
  const inboxes: SmtpInbox[] = [];
  const channels: EmailChannel[] = [];
  afterEach(async () => {
    await Promise.all(channels.splice(0).map((channel) => channel.close()));
    await Promise.all(inboxes.splice(0).map((inbox) => inbox.stop()));
  });
  const open = async (server: SmtpInboxOptions = {}, client: object = {}): Promise<{ inbox: SmtpInbox; channel: EmailChannel }> => {
    const inbox = createSmtpInbox(server);
    inboxes.push(inbox);
    const { port } = await inbox.start();
    const encryption = server.encryption ?? 'none';
    const trust = inbox.certificate === '' ? {} : { ca: inbox.certificate };
    const config = smtpConfigSchema.parse({
      host: 'localhost',
      port,
      encryption,
      ...trust,
      from: 'alarm@care.example',
      timeoutSeconds: 2,
      ...client,
    });
    const channel = createEmailChannel({ config });
    channels.push(channel);
    return { inbox, channel };
  };

  it('says in the subject who and what, and in the text where, how to get in, what to do', async () => {
    const { inbox, channel } = await open();
    expect(await channel.send(aDelivery(address), never)).toEqual({ state: 'accepted', providerId: null, receiptExpected: false });
    const mail = await inbox.next();
    expect(mail.to).toEqual(['li.lei@desk.example']);
    expect(mail.subject).toBe('【紧急】王秀英按了呼叫按钮');
    expect(mail.text).toBe(
      [
        '王秀英 04:12 按了呼叫按钮。',
        '地点：平安里 3 号楼 201，主卧',
        '进门：钥匙盒密码 4711',
        '请马上联系老人；联系不上就派人上门。',
        '查看并回应：https://care.example/a/Tk3nTk3nTk3nTk3nTk3nTk',
      ].join('\n'),
    );
    expect(mail.html).toContain('<html lang="zh-CN">');
    expect(mail.html).toContain('<a href="https://care.example/a/Tk3nTk3nTk3nTk3nTk3nTk">');
    expect(mail.headers).toMatchObject({
      'message-id': '<n1-0-abc@care.example>',
      'auto-submitted': 'auto-generated',
      'content-language': 'zh-CN',
    });
  });

  it('writes to an English receiver in English', async () => {
    const { inbox, channel } = await open();
    await channel.send(aDelivery(address, { language: 'en', role: 'family' }), never);
    const mail = await inbox.next();
    expect(mail.subject).toBe('[Urgent] 王秀英 pressed the call button');
    expect(mail.text).toContain('go there as soon as you can');
  });

  it('cannot be made to write further headers or HTML by what stands in the records', async () => {
    const { inbox, channel } = await open();
    const subject = aSubject({ residentName: 'x\r\nBcc: thief@bad.example\r\n\r\n<script>alert(1)</script>' });
    await channel.send(aDelivery(address, { subject }), never);
    const mail = await inbox.next();
    expect(mail.headers['bcc']).toBeUndefined();
    expect(mail.to).toEqual(['li.lei@desk.example']);
    expect(mail.html).not.toContain('<script>');
  });

  it.each(['starttls', 'tls'] as const)('signs in over %s', async (encryption) => {
    const login = { user: 'alarm', password: 'a secret word' };
    const { inbox, channel } = await open({ encryption, login }, { auth: login });
    expect(await channel.send(aDelivery(address), never)).toMatchObject({ state: 'accepted' });
    expect(await inbox.next()).toMatchObject({ encrypted: true, user: 'alarm' });
  });

  it('says nothing in the clear when the server does not offer STARTTLS', async () => {
    const { inbox, channel } = await open({}, { encryption: 'starttls' });
    expect(await channel.send(aDelivery(address), never)).toMatchObject({ state: 'failed', code: 'email-smtp-500' });
    expect(inbox.messages).toEqual([]);
  });

  it('does not trust a certificate that nobody vouches for', async () => {
    const { inbox, channel } = await open({ encryption: 'tls' }, { ca: undefined });
    expect(await channel.send(aDelivery(address), never)).toMatchObject({ state: 'failed', code: 'email-unreachable' });
    expect(inbox.messages).toEqual([]);
  });

  it('fails for good with a wrong password', async () => {
    const { channel } = await open(
      { encryption: 'tls', login: { user: 'alarm', password: 'right' } },
      { auth: { user: 'alarm', password: 'wrong' } },
    );
    expect(await channel.send(aDelivery(address), never)).toMatchObject({ state: 'failed', code: 'email-smtp-535', retry: false });
  });

  it.each<[SmtpScript, object]>([
    [{ refuse: 450 }, { state: 'failed', code: 'email-smtp-450', retry: true }],
    [{ refuse: 550 }, { state: 'failed', code: 'email-smtp-550', retry: false }],
    [{ refuseAfterData: 451 }, { state: 'failed', code: 'email-smtp-451', retry: true }],
    [{ refuseAfterData: 554 }, { state: 'failed', code: 'email-smtp-554', retry: false }],
    ['drop', { state: 'failed', code: 'email-unreachable', retry: true }],
    ['hang', { state: 'failed', code: 'email-unreachable', retry: true }],
    ['drop-after-data', { state: 'unknown', code: 'email-cut-off' }],
    ['hang-after-data', { state: 'unknown', code: 'email-cut-off' }],
  ])('when the server does %o, the result is %o', async (step, result) => {
    const { inbox, channel } = await open();
    inbox.script(step);
    expect(await channel.send(aDelivery(address), never)).toMatchObject(result);
    // And it works again afterwards.
    expect(await channel.send(aDelivery(address, { key: 'n2-0-def' }), never)).toMatchObject({ state: 'accepted' });
  });

  it('uses one connection for several mails, and a new one when the server has hung up', async () => {
    const { inbox, channel } = await open();
    for (const key of ['a', 'b', 'c']) expect(await channel.send(aDelivery(address, { key }), never)).toMatchObject({ state: 'accepted' });
    expect(inbox.connections).toBe(1);
    inbox.hangUp();
    expect(await channel.send(aDelivery(address, { key: 'd' }), never)).toMatchObject({ state: 'accepted' });
    expect(inbox.connections).toBe(2);
    expect(inbox.messages).toHaveLength(4);
  });

  it('ends at once when it is told to stop, and knows what that means for the mail', async () => {
    const { inbox, channel } = await open();
    inbox.script('hang-after-data');
    const stop = new AbortController();
    const sending = channel.send(aDelivery(address), stop.signal);
    await inbox.next();
    stop.abort();
    expect(await sending).toMatchObject({ state: 'unknown' });
  });

  it('fails with a retry when nobody listens there', async () => {
    const { inbox, channel } = await open();
    await inbox.stop();
    expect(await channel.send(aDelivery(address), never)).toMatchObject({ state: 'failed', code: 'email-unreachable', retry: true });
  });
});

describe('the configuration of e-mail', () => {
  it('refuses a password that would travel in the clear', () => {
    const parsed = smtpConfigSchema.safeParse({
      host: 'mail',
      encryption: 'none',
      auth: { user: 'u', password: 'p' },
      from: 'a@b.example',
    });
    expect(parsed.error?.issues[0]?.message).toBe('must not travel in the clear; use encryption: starttls or tls');
  });

  it.each([
    ['tls', 465],
    ['starttls', 587],
    ['none', 25],
  ])('knows the port of %s', (encryption, port) => {
    expect(smtpConfigSchema.parse({ host: 'mail', encryption, from: 'a@b.example' }).port).toBe(port);
  });
});
