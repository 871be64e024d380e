import { afterEach, describe, expect, it } from 'vitest';
import { createEmailChannel } from '../../alerts/notifications/email/email-channel.ts';
import { smtpConfigSchema } from '../../alerts/notifications/email/config.ts';
import { createNotifier, type Notifier, type NotifierOptions } from '../../alerts/notifications/notifier.ts';
import { createAliyunSmsChannel } from '../../alerts/notifications/sms/aliyun-sms-channel.ts';
import { aliyunSmsConfigSchema } from '../../alerts/notifications/sms/config.ts';
import { createWebhookChannel } from '../../alerts/notifications/webhook/webhook-channel.ts';
import { webhookEndpointSchema } from '../../alerts/notifications/webhook/config.ts';
import { webhookIdSchema } from '../../domain/ids.ts';
import { type Clock, instant, systemClock } from '../../domain/instant.ts';
import type { Channel, Delivery, DeliveryResult } from '../../domain/notification.ts';
import type { ChannelName } from '../../domain/people.ts';
import { createAliyunSmsServer } from '../servers/aliyun-sms-server.ts';
import { createInbox } from '../servers/inbox.ts';
import { createSmtpInbox } from '../servers/smtp-inbox.ts';
import { createWebhookReceiver } from '../servers/webhook-receiver.ts';
import { aDelivery, aSubject } from './a-delivery.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const keys = { accessKeyId: 'LTAItest', accessKeySecret: 'secret' };
const toDesk = { channel: 'webhook', webhook: webhookIdSchema.parse('desk') } as const;
const toOther = { channel: 'webhook', webhook: webhookIdSchema.parse('other') } as const;
const toMail = { channel: 'email', address: 'li.lei@desk.example' } as const;
const toPhone = { channel: 'sms', phone: '13800138000' } as const;

interface Outcome {
  readonly delivery: Delivery;
  readonly result: DeliveryResult;
}

describe('the notifier', () => {
  const endings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  /** Real channels towards real servers on loopback. */
  const build = async (options: Partial<Pick<NotifierOptions, 'leave' | 'limits' | 'receiptScheduleMs' | 'observer'>> = {}) => {
    let skewMs = 0;
    const clock: Clock = { now: () => instant(systemClock.now() + skewMs), monotonic: () => systemClock.monotonic() };
    const desk = createWebhookReceiver({ secret });
    const other = createWebhookReceiver({ secret });
    const mail = createSmtpInbox();
    const phone = createAliyunSmsServer({
      ...keys,
      signName: '家庭床位',
      templates: { SMS_10001: '${name} ${time} ${what} ${place} ${token}' },
      deliver: 'when-told',
    });
    const [deskAt, otherAt, mailAt, phoneAt] = await Promise.all([desk.start(), other.start(), mail.start(), phone.start()]);
    const endpoint = (id: string, url: string) => webhookEndpointSchema.parse({ id, url, secrets: [secret], allowPrivate: true });
    const webhook = createWebhookChannel({ endpoints: [endpoint('desk', deskAt.url), endpoint('other', otherAt.url)], clock });
    const email = createEmailChannel({
      config: smtpConfigSchema.parse({ host: '127.0.0.1', port: mailAt.port, encryption: 'none', from: 'a@care.example' }),
    });
    const sms = createAliyunSmsChannel({
      clock,
      config: aliyunSmsConfigSchema.parse({
        ...keys,
        baseUrl: phoneAt.url,
        signName: '家庭床位',
        templates: { 'zh-CN': { default: 'SMS_10001' } },
        linkPrefix: 'https://care.example/a/',
      }),
    });
    const outcomes = createInbox<Outcome>('results');
    const notifier: Notifier = createNotifier({
      channels: new Map<ChannelName, Channel>([webhook, email, sms].map((channel) => [channel.name, channel])),
      clock,
      onResult: (delivery, result) => outcomes.put({ delivery, result }),
      ...options,
    });
    for (const closing of [desk.stop, other.stop, mail.stop, phone.stop, webhook.close, email.close, sms.close]) endings.push(closing);
    endings.push(() => notifier.stop(0));
    const resultOf = async (key: string): Promise<DeliveryResult> => (await outcomes.next(({ delivery }) => delivery.key === key)).result;
    return { notifier, desk, other, mail, phone, outcomes, resultOf, skew: (ms: number) => (skewMs = ms) };
  };

  it('sends each message by its channel and tells how it ended', async () => {
    const { notifier, desk, mail, phone, resultOf } = await build();
    notifier.send(aDelivery(toDesk, { key: 'w' }));
    notifier.send(aDelivery(toMail, { key: 'e' }));
    notifier.send(aDelivery(toPhone, { key: 's' }));
    expect(await resultOf('w')).toMatchObject({ state: 'delivered' });
    expect(await resultOf('e')).toMatchObject({ state: 'accepted', receiptExpected: false });
    expect(await resultOf('s')).toMatchObject({ state: 'accepted', receiptExpected: true });
    expect([desk, mail, phone].map((server) => server.messages.length)).toEqual([1, 1, 1]);
  });

  it('says how late a message is that leaves long after it was decided', async () => {
    const { notifier, mail, resultOf } = await build();
    notifier.send(aDelivery(toMail, { key: 'e', createdAt: instant(systemClock.now() - 12 * 60_000) }));
    await resultOf('e');
    expect((await mail.next()).text.split('\n')[0]).toBe('王秀英 04:12 按了呼叫按钮。（晚了 12 分钟）');
  });

  it('is not held up by a mail server that hangs', async () => {
    const { notifier, mail, resultOf } = await build({ limits: { email: { concurrency: 2, timeoutMs: 60_000 } } });
    mail.script('hang', 'hang');
    for (const key of ['e1', 'e2', 'e3']) notifier.send(aDelivery(toMail, { key }));
    notifier.send(aDelivery(toDesk, { key: 'w' }));
    notifier.send(aDelivery(toPhone, { key: 's' }));
    expect(await resultOf('w')).toMatchObject({ state: 'delivered' });
    expect(await resultOf('s')).toMatchObject({ state: 'accepted' });
    expect(notifier.waiting).toBe(1);
  });

  it('is not held up by one webhook on the way to another', async () => {
    const { notifier, desk, resultOf } = await build({ limits: { webhook: { concurrency: 1, timeoutMs: 60_000 } } });
    desk.script('hang');
    notifier.send(aDelivery(toDesk, { key: 'stuck' }));
    await desk.next();
    notifier.send(aDelivery(toDesk, { key: 'waits' }));
    notifier.send(aDelivery(toOther, { key: 'goes' }));
    expect(await resultOf('goes')).toMatchObject({ state: 'delivered' });
    expect(notifier.waiting).toBe(1);
  });

  it('breaks a try off after its time, and the next one has its place', async () => {
    const { notifier, desk, resultOf } = await build({ limits: { webhook: { concurrency: 1, timeoutMs: 200 } } });
    desk.script('hang');
    notifier.send(aDelivery(toDesk, { key: 'stuck' }));
    notifier.send(aDelivery(toDesk, { key: 'next' }));
    expect(await resultOf('stuck')).toMatchObject({ state: 'unknown' });
    expect(await resultOf('next')).toMatchObject({ state: 'delivered' });
  });

  it('sends the first word of a new alarm before repeats and before news', async () => {
    const { notifier, desk, resultOf } = await build({ limits: { webhook: { concurrency: 1, timeoutMs: 300 } } });
    desk.script('hang');
    notifier.send(aDelivery(toDesk, { key: 'stuck' }));
    const later = [
      ['closed', aSubject({ purpose: 'closed' })],
      ['battery', aSubject({ rule: 'battery-low', priority: 'technical' })],
      ['again', aSubject({ purpose: 'raised-again' })],
      ['first', aSubject()],
      ['second', aSubject()],
    ] as const;
    for (const [key, subject] of later) notifier.send(aDelivery(toDesk, { key, subject }));
    await Promise.all(later.map(([key]) => resultOf(key)));
    expect(desk.messages.map(({ id }) => id)).toEqual(['stuck', 'first', 'second', 'again', 'closed', 'battery']);
  });

  it('follows an SMS until the carrier has delivered it', async () => {
    const { notifier, phone, outcomes } = await build({ receiptScheduleMs: [20, 40, 80, 160, 320] });
    notifier.send(aDelivery(toPhone));
    expect((await outcomes.next()).result).toMatchObject({ state: 'accepted' });
    phone.settle('n1-0-abc', 'delivered');
    expect((await outcomes.next()).result).toMatchObject({ state: 'delivered' });
    expect(outcomes.messages).toHaveLength(2);
  });

  it("passes the carrier's refusal on", async () => {
    const { notifier, phone, outcomes } = await build({ receiptScheduleMs: [20, 40, 80, 160, 320] });
    notifier.send(aDelivery(toPhone));
    await outcomes.next();
    phone.settle('n1-0-abc', 'failed', 'MK:0001');
    expect((await outcomes.next()).result).toMatchObject({ state: 'failed', code: 'sms-carrier-MK:0001' });
  });

  it('says at once that an SMS is in doubt, and later what became of it', async () => {
    const { notifier, phone, outcomes } = await build({ receiptScheduleMs: [20, 40, 80, 160, 320, 640, 1_280] });
    phone.script('drop-after-accept');
    notifier.send(aDelivery(toPhone));
    expect((await outcomes.next()).result).toMatchObject({ state: 'unknown' });
    expect((await outcomes.next()).result).toMatchObject({ state: 'accepted' });
    phone.settle('n1-0-abc', 'delivered');
    expect((await outcomes.next()).result).toMatchObject({ state: 'delivered' });
    expect(phone.messages).toHaveLength(1);
  });

  it('finds out that an SMS never left, so that it may be sent again', async () => {
    const { notifier, phone, outcomes, skew } = await build({ receiptScheduleMs: [20, 40, 80, 160, 320, 640, 1_280] });
    phone.script('drop');
    notifier.send(aDelivery(toPhone));
    expect((await outcomes.next()).result).toMatchObject({ state: 'unknown' });
    skew(31_000);
    expect((await outcomes.next()).result).toMatchObject({ state: 'failed', code: 'sms-never-sent', retry: true });
  });

  describe('after a restart, with what an earlier process may have sent', () => {
    it('sends a webhook again under the same id', async () => {
      const { notifier, desk, resultOf } = await build();
      notifier.send(aDelivery(toDesk, { key: 'w' }));
      await resultOf('w');
      notifier.send(aDelivery(toDesk, { key: 'w', mayHaveBeenSent: true }));
      expect(await resultOf('w')).toMatchObject({ state: 'delivered' });
      expect(desk.messages.map(({ id, copy }) => [id, copy])).toEqual([
        ['w', false],
        ['w', true],
      ]);
    });

    it('asks about an SMS that was taken instead of sending a second one', async () => {
      const before = await build();
      before.notifier.send(aDelivery(toPhone));
      await before.outcomes.next();
      before.phone.settle('n1-0-abc', 'delivered');
      before.notifier.send(aDelivery(toPhone, { mayHaveBeenSent: true }));
      expect((await before.outcomes.next()).result).toMatchObject({ state: 'delivered' });
      expect(before.phone.messages).toHaveLength(1);
    });

    it('leaves an SMS in doubt until the provider is sure, and then sends it', async () => {
      const { notifier, phone, outcomes, skew } = await build({ receiptScheduleMs: [60_000] });
      notifier.send(aDelivery(toPhone, { mayHaveBeenSent: true }));
      expect((await outcomes.next()).result).toMatchObject({ state: 'unknown', code: 'sms-interrupted' });
      expect(phone.messages).toHaveLength(0);
      skew(31_000);
      notifier.send(aDelivery(toPhone, { mayHaveBeenSent: true }));
      expect((await outcomes.next()).result).toMatchObject({ state: 'accepted' });
      expect(phone.messages).toHaveLength(1);
    });

    it('leaves a mail in doubt and sends nothing', async () => {
      const { notifier, mail, outcomes } = await build();
      notifier.send(aDelivery(toMail, { mayHaveBeenSent: true }));
      expect((await outcomes.next()).result).toMatchObject({ state: 'unknown', code: 'email-interrupted' });
      expect(mail.connections).toBe(0);
    });
  });

  describe('a message that must be written down before it leaves', () => {
    it('leaves when that is done, and not before', async () => {
      const asked = createInbox<Delivery>('questions');
      const answer = Promise.withResolvers<boolean>();
      const { notifier, mail, resultOf } = await build({
        leave: (delivery) => {
          asked.put(delivery);
          return answer.promise;
        },
      });
      notifier.send(aDelivery(toMail, { key: 'e' }));
      await asked.next();
      expect(mail.connections).toBe(0);
      answer.resolve(true);
      expect(await resultOf('e')).toMatchObject({ state: 'accepted' });
    });

    it('does not leave when nobody needs it any more, and its place goes to the next', async () => {
      const { notifier, mail, outcomes } = await build({
        limits: { email: { concurrency: 1, timeoutMs: 5_000 } },
        leave: ({ key }) => Promise.resolve(key === 'wanted'),
      });
      for (const key of ['unwanted', 'wanted']) notifier.send(aDelivery(toMail, { key }));
      expect((await outcomes.next()).delivery.key).toBe('wanted');
      expect(mail.messages).toHaveLength(1);
    });

    it('is no matter for a webhook, whose receiver tells copies apart, nor for what may have left long ago', async () => {
      const asked: string[] = [];
      const { notifier, outcomes } = await build({
        leave: ({ key }) => {
          asked.push(key);
          return Promise.resolve(true);
        },
      });
      notifier.send(aDelivery(toDesk, { key: 'w' }));
      notifier.send(aDelivery(toPhone, { key: 's', mayHaveBeenSent: true }));
      await Promise.all([outcomes.next(), outcomes.next()]);
      expect(asked).toEqual([]);
    });

    it('is given back when the answer does not come before the stop', async () => {
      const { notifier, mail } = await build({ leave: () => new Promise(() => {}) });
      notifier.send(aDelivery(toMail, { key: 'e' }));
      expect((await notifier.stop(20)).map(({ key }) => key)).toEqual(['e']);
      expect(mail.connections).toBe(0);
    });
  });

  it('says for good that a channel is not set up', async () => {
    const outcomes = createInbox<Outcome>('results');
    const notifier = createNotifier({
      channels: new Map(),
      clock: systemClock,
      onResult: (delivery, result) => outcomes.put({ delivery, result }),
    });
    notifier.send(aDelivery(toPhone));
    expect((await outcomes.next()).result).toMatchObject({ state: 'failed', code: 'sms-not-configured', retry: false });
    expect(await notifier.stop()).toEqual([]);
  });

  it('sends what it has before it stops', async () => {
    const { notifier, desk } = await build({ limits: { webhook: { concurrency: 1, timeoutMs: 5_000 } } });
    for (const key of ['a', 'b', 'c']) notifier.send(aDelivery(toDesk, { key }));
    expect(await notifier.stop()).toEqual([]);
    expect(desk.messages).toHaveLength(3);
  });

  it('stops in time all the same, and gives back what has not left', async () => {
    const { notifier, desk, resultOf } = await build({ limits: { webhook: { concurrency: 1, timeoutMs: 60_000 } } });
    desk.script('hang');
    notifier.send(aDelivery(toDesk, { key: 'under way' }));
    await desk.next();
    notifier.send(aDelivery(toDesk, { key: 'waiting' }));
    const unsent = await notifier.stop(50);
    expect(unsent.map(({ key }) => key)).toEqual(['waiting']);
    expect(await resultOf('under way')).toMatchObject({ state: 'unknown' });
    notifier.send(aDelivery(toDesk, { key: 'too late' }));
    expect((await notifier.stop()).map(({ key }) => key)).toEqual(['too late']);
  });

  it('delivers a rush of five hundred, each once, and counts them', async () => {
    const counted: string[] = [];
    const { notifier, desk, outcomes } = await build({
      observer: { finished: (channel, { state }) => counted.push(`${channel} ${state}`) },
    });
    for (let n = 0; n < 500; n += 1) notifier.send(aDelivery(toDesk, { key: `k${n}` }));
    for (let n = 0; n < 500; n += 1) expect((await outcomes.next()).result.state).toBe('delivered');
    expect(new Set(desk.messages.map(({ id }) => id)).size).toBe(500);
    expect(desk.messages).toHaveLength(500);
    expect(counted).toEqual(Array(500).fill('webhook delivered'));
  });
});
