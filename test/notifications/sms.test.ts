import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AliyunSmsConfig, aliyunSmsConfigSchema } from '../../alerts/notifications/sms/config.ts';
import { createAliyunSmsChannel, type SmsChannel } from '../../alerts/notifications/sms/aliyun-sms-channel.ts';
import { type Clock, instant, systemClock } from '../../domain/instant.ts';
import { type AliyunSmsServer, createAliyunSmsServer } from '../servers/aliyun-sms-server.ts';
import { aDelivery, aSubject } from './a-delivery.ts';

const keys = { accessKeyId: 'LTAItest', accessKeySecret: 'secret*of+the/test' };
const templates = {
  SMS_10001: '${name} ${time} ${what}，地点：${place}。请马上处理 https://c.example.cn/a/${token}',
  SMS_10002: '${name} ${time} ${what}，还没有人核实，请立即上门：${place}。https://c.example.cn/a/${token}',
  SMS_10003: '${name} ${what}, ${time}. ${place}. https://c.example.cn/a/${token}',
};
const address = { channel: 'sms', phone: '13800138000' } as const;
const never = new AbortController().signal;
const aMessage = (change: Parameters<typeof aDelivery>[1] = {}) =>
  aDelivery(address, { link: 'https://c.example.cn/a/Tk3nTk3nTk3nTk3nTk3nTk', ...change });

describe('the SMS channel', () => {
  let server: AliyunSmsServer;
  let channel: SmsChannel;
  let skewMs = 0;
  const clock: Clock = { now: () => instant(systemClock.now() + skewMs), monotonic: () => systemClock.monotonic() };
  const channelTo = (baseUrl: string, change: Partial<Record<keyof AliyunSmsConfig, unknown>> = {}): SmsChannel =>
    createAliyunSmsChannel({
      clock,
      config: aliyunSmsConfigSchema.parse({
        ...keys,
        baseUrl,
        signName: '家庭床位',
        templates: { 'zh-CN': { default: 'SMS_10001', 'dispatch-unverified': 'SMS_10002' }, en: { default: 'SMS_10003' } },
        linkPrefix: 'https://c.example.cn/a/',
        timeoutSeconds: 1,
        ...change,
      }),
    });
  let url: string;
  beforeEach(async () => {
    skewMs = 0;
    server = createAliyunSmsServer({ ...keys, signName: '家庭床位', templates, deliver: 'when-told', perNumber: 3 });
    url = (await server.start()).url;
    channel = channelTo(url);
  });
  afterEach(async () => {
    await channel.close();
    await server.stop();
  });

  it('reaches the phone with who, when, what, where and the link', async () => {
    const result = await channel.send(aMessage(), never);
    const taken = await server.next();
    expect(result).toEqual({ state: 'accepted', providerId: taken.bizId, receiptExpected: true });
    expect(taken.text).toBe(
      '【家庭床位】王秀英 04:12 按了呼叫按钮，地点：平安里 3 号楼 201，主卧。请马上处理 https://c.example.cn/a/Tk3nTk3nTk3nTk3nTk3nTk',
    );
    expect(taken.outId).toBe('n1-0-abc');
  });

  it('uses the template of the purpose and of the language', async () => {
    await channel.send(aMessage({ subject: aSubject({ purpose: 'dispatch-unverified' }) }), never);
    await channel.send(aMessage({ language: 'en' }), never);
    expect(server.messages.map((message) => message.template)).toEqual(['SMS_10002', 'SMS_10003']);
  });

  it('never sends a door code, and writes to a mainland number without its country code', async () => {
    await channel.send(aMessage({ address: { channel: 'sms', phone: '+8613800138000' } }), never);
    const taken = await server.next();
    expect(taken.phone).toBe('13800138000');
    expect(JSON.stringify(taken)).not.toContain('4711');
  });

  it('fits every variable into what the provider takes, whatever the records say', async () => {
    const subject = aSubject({
      residentName: '【x】https://bad.example/ 一二三四五六七八九十'.repeat(3),
      address: `${'很长的地址'.repeat(20)}\n第二行`,
      bedName: '',
    });
    expect(await channel.send(aMessage({ subject, link: null }), never)).toMatchObject({ state: 'accepted' });
    const { variables } = await server.next();
    expect(variables['token']).toBe('-');
    for (const value of Object.values(variables)) expect(value.length).toBeLessThanOrEqual(35);
  });

  it.each([
    ['isv.BUSINESS_LIMIT_CONTROL', true],
    ['isp.SYSTEM_ERROR', true],
    ['isv.AMOUNT_NOT_ENOUGH', false],
    ['isv.MOBILE_NUMBER_ILLEGAL', false],
  ])('takes %s inside HTTP 200 for a failure (worth another try: %s)', async (code, retry) => {
    server.script({ code });
    expect(await channel.send(aMessage(), never)).toMatchObject({ state: 'failed', code: `sms-${code}`, retry });
  });

  it('is refused by the provider for a wrong secret, and says so for good', async () => {
    const wrong = channelTo(url, { accessKeySecret: 'other' });
    expect(await wrong.send(aMessage(), never)).toMatchObject({ state: 'failed', code: 'sms-SignatureDoesNotMatch', retry: false });
    await wrong.close();
  });

  it('is refused by the provider when its clock is 16 minutes off', async () => {
    skewMs = -16 * 60_000;
    expect(await channel.send(aMessage(), never)).toMatchObject({ state: 'failed', code: 'sms-InvalidTimeStamp.Expired' });
  });

  it("waits a minute when the number's limit is used up", async () => {
    for (const _ of [1, 2, 3]) expect(await channel.send(aMessage(), never)).toMatchObject({ state: 'accepted' });
    expect(await channel.send(aMessage(), never)).toMatchObject({ state: 'failed', retry: true, retryAfterMs: 60_000 });
  });

  it.each(['hang', 'hang-after-accept', 'drop', 'drop-after-accept'] as const)(
    'says unknown after %s and sends nothing more by itself',
    async (step) => {
      server.script(step);
      expect(await channel.send(aMessage(), never)).toMatchObject({ state: 'unknown', code: 'sms-no-answer' });
      expect(server.requests).toEqual([{ action: 'SendSms', code: step }]);
    },
  );

  it('says unknown when the provider itself breaks', async () => {
    server.script({ code: 'InternalError', status: 500 });
    expect(await channel.send(aMessage(), never)).toMatchObject({ state: 'unknown', code: 'sms-provider-error' });
  });

  it('fails with a retry when the provider cannot be reached at all', async () => {
    await server.stop();
    expect(await channel.send(aMessage(), never)).toMatchObject({ state: 'failed', code: 'sms-unreachable', retry: true });
  });

  describe('asked for a receipt', () => {
    const send = async () => {
      const result = await channel.send(aMessage(), never);
      return result.state === 'accepted' ? result.providerId : null;
    };

    it('is accepted until the carrier has answered, then delivered', async () => {
      const bizId = await send();
      expect(await channel.receipt?.(aMessage(), bizId, never)).toEqual({ state: 'accepted', providerId: bizId, receiptExpected: true });
      server.settle('n1-0-abc', 'delivered');
      expect(await channel.receipt?.(aMessage(), bizId, never)).toEqual({ state: 'delivered', providerId: bizId });
    });

    it("says failed with the carrier's code", async () => {
      const bizId = await send();
      server.settle('n1-0-abc', 'failed', 'MOBILE_NOT_ON_SERVICE');
      expect(await channel.receipt?.(aMessage(), bizId, never)).toMatchObject({
        state: 'failed',
        code: 'sms-carrier-MOBILE_NOT_ON_SERVICE',
        retry: false,
      });
    });

    it('finds a message without an answer by its key', async () => {
      server.script('drop-after-accept');
      await channel.send(aMessage(), never);
      server.settle('n1-0-abc', 'delivered');
      expect(await channel.receipt?.(aMessage(), null, never)).toMatchObject({ state: 'delivered' });
    });

    it('finds it by the id of the provider where the key is not shown, and never says never-sent there', async () => {
      const terse = createAliyunSmsServer({ ...keys, signName: '家庭床位', templates, showOutId: false });
      const own = channelTo((await terse.start()).url);
      const sent = await own.send(aMessage(), never);
      const bizId = sent.state === 'accepted' ? sent.providerId : null;
      expect(await own.receipt?.(aMessage(), bizId, never)).toMatchObject({ state: 'delivered' });
      skewMs = 120_000;
      expect(await own.receipt?.(aMessage(), null, never)).toEqual({ state: 'pending' });
      await own.close();
      await terse.stop();
    });

    it('says never-sent only when the provider has had time to file it', async () => {
      server.script('drop');
      await channel.send(aMessage(), never);
      expect(await channel.receipt?.(aMessage(), null, never)).toEqual({ state: 'pending' });
      skewMs = 29_000;
      expect(await channel.receipt?.(aMessage(), null, never)).toEqual({ state: 'pending' });
      skewMs = 31_000;
      expect(await channel.receipt?.(aMessage(), null, never)).toEqual({ state: 'never-sent' });
    });

    it('after a restart counts that time from the start, however old the message is', async () => {
      const old = aMessage({ createdAt: instant(systemClock.now() - 600_000) });
      expect(await channel.receipt?.(old, null, never)).toEqual({ state: 'pending' });
      skewMs = 31_000;
      expect(await channel.receipt?.(old, null, never)).toEqual({ state: 'never-sent' });
    });

    it('never says never-sent of a message that the provider has taken', async () => {
      const bizId = await send();
      server.showRecords(false);
      skewMs = 120_000;
      expect(await channel.receipt?.(aMessage(), bizId, never)).toEqual({ state: 'pending' });
    });

    it('is pending while the provider cannot be asked', async () => {
      await server.stop();
      skewMs = 120_000;
      expect(await channel.receipt?.(aMessage(), null, never)).toEqual({ state: 'pending' });
    });

    it('looks at the day on which it was sent too, after midnight in Beijing', async () => {
      const bizId = await send();
      server.settle('n1-0-abc', 'delivered');
      const yesterday = aMessage({ createdAt: instant(systemClock.now() - 86_400_000) });
      expect(await channel.receipt?.(yesterday, bizId, never)).toMatchObject({ state: 'delivered' });
      const dates = server.requests.filter((request) => request.action === 'QuerySendDetails');
      expect(dates).toHaveLength(2);
    });
  });
});

describe('the configuration of SMS', () => {
  it('refuses a template code that is none, with what would be right', () => {
    const parsed = aliyunSmsConfigSchema.safeParse({
      ...keys,
      signName: '家庭床位',
      templates: { 'zh-CN': { default: 'hello' } },
      linkPrefix: 'https://c.example.cn/a/',
    });
    expect(parsed.error?.issues.map((issue) => [issue.path.join('.'), issue.message])).toEqual([
      ['templates.zh-CN.default', 'is not an Aliyun template code; it looks like SMS_123456789'],
    ]);
  });
});
