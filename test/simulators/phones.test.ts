import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CarebedFailure } from '../../domain/failure.ts';
import type { Owner, Received } from '../../simulators/phones/message.ts';
import type { PageAct } from '../../simulators/phones/page-server.ts';
import { createPhones, type PhoneAddresses, type Phones } from '../../simulators/phones/phones.ts';

const owners: Owner[] = [
  { id: 'li', name: '李芳', role: 'family', language: 'zh-CN', phone: '+8613800000001', email: 'li@street.example' },
  { id: 'desk', name: '值班台', role: 'operator', language: 'zh-CN', phone: null, email: null },
];

let phones: Phones;
let at: PhoneAddresses;
let got: { message: Received; owner: string | null }[];
let acts: [string, PageAct][];

beforeEach(async () => {
  got = [];
  acts = [];
  phones = createPhones({
    owners,
    homes: [{ id: 'home-1', name: '1 号' }],
    act: (home, act) => {
      if (home !== 'home-1') throw new CarebedFailure('no-such-device', 'no such home', { status: 404 });
      acts.push([home, act]);
    },
    onReceived: (message, owner) => {
      got.push({ message, owner: owner?.id ?? null });
    },
    smsTemplates: () => ({ SMS_1000001: '${what}，${name}，${place}，${time}。点开 http://gateway/a/${token}' }),
    smsLinkPrefix: () => 'http://gateway/a/',
  });
  at = await phones.start();
});

afterEach(async () => {
  await phones.stop();
});

const sendSms = (param: string, extra: Record<string, string> = {}): Promise<Response> => {
  const query = new URLSearchParams({
    PhoneNumbers: '13800000001',
    SignName: '床前',
    TemplateCode: 'SMS_1000001',
    TemplateParam: param,
    OutId: 'n1-1',
    ...extra,
  });
  return fetch(`${at.sms}/?${query.toString()}`, { method: 'POST', headers: { 'x-acs-action': 'SendSms' } });
};
const whole = JSON.stringify({ name: '王奶奶', time: '21:03', what: '求助', place: '1 号', token: 'abc' });

describe('the phones of the street', () => {
  it('take a mail over real SMTP and find the link in it', async () => {
    const transport = createTransport({ host: '127.0.0.1', port: at.smtpPort, ignoreTLS: true });
    await transport.sendMail({
      from: 'carebed@gateway.example',
      to: 'li@street.example',
      subject: '王奶奶按了求助按钮',
      text: '请点开 http://127.0.0.1:8080/a/xyz，告诉我们您去不去。',
    });
    transport.close();
    expect(got).toMatchObject([
      {
        owner: 'li',
        message: { channel: 'email', title: '王奶奶按了求助按钮', link: expect.stringMatching(/^http:\/\/127.0.0.1:8080\/a\/xyz/) },
      },
    ]);
  });

  it('take an SMS as the provider does, whole text and link on the phone', async () => {
    const answer = await (await sendSms(whole)).json();
    expect(answer).toMatchObject({ Code: 'OK' });
    expect(got).toMatchObject([
      { owner: 'li', message: { text: '求助，王奶奶，1 号，21:03。点开 http://gateway/a/abc', link: 'http://gateway/a/abc' } },
    ]);
  });

  it('say when asked that an SMS was delivered', async () => {
    await sendSms(whole);
    const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
    const query = new URLSearchParams({ PhoneNumber: '13800000001', SendDate: day, PageSize: '50', CurrentPage: '1' });
    const response = await fetch(`${at.sms}/?${query.toString()}`, { method: 'POST', headers: { 'x-acs-action': 'QuerySendDetails' } });
    expect(await response.json()).toMatchObject({ SmsSendDetailDTOs: { SmsSendDetailDTO: [{ OutId: 'n1-1', SendStatus: 3 }] } });
  });

  it.each([
    ['an unknown template', whole, { TemplateCode: 'SMS_9' }, 'isv.SMS_TEMPLATE_ILLEGAL'],
    ['variables that are not JSON', '{', {}, 'isv.INVALID_JSON_PARAM'],
    ['variables that are not texts', '{"name":1}', {}, 'isv.INVALID_JSON_PARAM'],
  ])('refuse an SMS with %s', async (_, param, extra, code) => {
    expect(await (await sendSms(param, extra)).json()).toMatchObject({ Code: code });
    expect(got).toEqual([]);
  });

  it('take a webhook for the person it names, or for the webhook itself', async () => {
    for (const recipient of ['li', null]) {
      const body = JSON.stringify({ type: 'alarm.raised', data: { recipient, title: '求助', text: '请接警', link: null } });
      expect((await fetch(`${at.webhooks}/desk`, { method: 'POST', body })).status).toBe(204);
    }
    expect(got.map(({ owner }) => owner)).toEqual(['li', 'desk']);
  });

  it('show what has come and what comes to whoever opens the page', async () => {
    await sendSms(whole);
    const live = await fetch(new URL('live', at.page));
    const reader = live.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (wanted: string): Promise<void> => {
      while (!text.includes(wanted)) text += (await reader?.read())?.value ?? '';
    };
    await until('http://gateway/a/abc');
    phones.tell({ 'zh-CN': '第二级', en: 'level two' });
    await until('level two');
    await reader?.cancel();
    expect(text).toMatch(/^event: street/);
    expect(text).not.toContain('13800000001');
  });

  it('press a button for the viewer of the page, and for no other site', async () => {
    const press = (home: string, site: string) =>
      fetch(new URL(`homes/${home}/press`, at.page), { method: 'POST', headers: { 'sec-fetch-site': site } });
    expect((await press('home-1', 'cross-site')).status).toBe(403);
    expect((await press('home-9', 'same-origin')).status).toBe(404);
    expect((await press('home-1', 'same-origin')).status).toBe(204);
    expect(acts).toEqual([['home-1', 'press']]);
  });

  it('serve a page that asks nothing of any other machine', async () => {
    const page = await fetch(at.page);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});
