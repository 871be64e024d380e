import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { linkToken } from '../../gateway/people/link-token.ts';
import { type ApiHarness, furnish, staff, startApi } from './api-harness.ts';

let api: ApiHarness;
beforeEach(async () => {
  api = await startApi();
  await furnish(api, 'a');
  await staff(api);
  await api.says('button-a', { button: 'press' }, 'p1');
});
afterEach(() => api.close());

const pathFor = (person: string): string => {
  const link = api.deliveries.find((delivery) => delivery.person === person)?.link;
  return new URL(link ?? '').pathname;
};
const open = (path: string) => api.call('GET', path, { token: null });
const press = (path: string, act: string, key: string) =>
  api.call('POST', path, {
    token: null,
    body: new URLSearchParams({ act, key }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
const keyOn = (html: string): string => /name="key" value="([^"]+)"/.exec(html)?.[1] ?? '';
const stateOf = async (): Promise<string> =>
  (await api.call<{ alarm: { state: { value: string } } }>('GET', '/api/alarms/alarm-1')).body.alarm.state.value;
const logOf = async (): Promise<string[]> =>
  (await api.call<{ log: { type: string }[] }>('GET', '/api/alarms/alarm-1')).body.log.map(({ type }) => type);

describe('the page behind the link in a message', () => {
  test('says who, what and since when in the language of the person, in under 10 kB, without a script', async () => {
    const page = await open(pathFor('daughter-a'));
    expect(page.status).toBe(200);
    expect(page.text).toContain('王奶奶a');
    expect(page.text).toContain('按了呼叫按钮');
    expect(page.text).toContain('还没有人应答');
    expect(page.text).toContain('<html lang="zh-CN">');
    expect(page.text).not.toContain('<script');
    expect(Buffer.byteLength(page.text)).toBeLessThan(10_000);
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
    });
    const english = await open(`${pathFor('daughter-a')}?lang=en`);
    expect(english.text).toContain('pressed the call button');
    expect(english.text).toContain('I am going');
  });

  test('tells the family nothing of the way in, and staff all they need', async () => {
    expect((await open(pathFor('daughter-a'))).text).not.toContain('1234');
    expect((await open(pathFor('operator-1'))).text).toContain('1234');
  });

  test('looking never changes the alarm, and the first look is written down once', async () => {
    await open(pathFor('daughter-a'));
    await open(pathFor('daughter-a'));
    expect(await stateOf()).toBe('unacknowledged');
    expect((await logOf()).filter((type) => type === 'read')).toHaveLength(1);
  });

  test('"I am going" is an acknowledgement, confirmed on the page, and shown to the others', async () => {
    const path = pathFor('daughter-a');
    const answer = await press(path, 'going', keyOn((await open(path)).text));
    expect(answer.status).toBe(303);
    const confirmed = await open(String(answer.headers['location']));
    expect(confirmed.text).toContain('已记下：您正在赶去');
    expect(await stateOf()).toBe('acknowledged');
    expect((await open(pathFor('operator-1'))).text).toContain('女儿a正在赶去');
  });

  test('a second tap on the same button is the same press', async () => {
    const path = pathFor('daughter-a');
    const key = keyOn((await open(path)).text);
    await press(path, 'going', key);
    const before = await logOf();
    const again = await press(path, 'going', key);
    expect(String(again.headers['location'])).toContain('done=going');
    expect(await logOf()).toEqual(before);
  });

  test('"I can\'t" is written down and acknowledges nothing', async () => {
    const path = pathFor('daughter-a');
    await press(path, 'decline', keyOn((await open(path)).text));
    expect(await stateOf()).toBe('unacknowledged');
    expect(await logOf()).toContain('declined');
  });

  test('a press that could not be kept says so', async () => {
    const path = pathFor('daughter-a');
    const key = keyOn((await open(path)).text);
    api.refuseWrites(true);
    const answer = await press(path, 'going', key);
    expect((await open(String(answer.headers['location']))).text).toContain('没有记下');
    api.refuseWrites(false);
    expect(await stateOf()).toBe('unacknowledged');
  });

  test('when it is over the page says so and offers nothing to press', async () => {
    const body = { type: 'resolve', disposition: { cause: 'assist', outcome: 'visited-safe' } };
    const done = await api.call('POST', '/api/alarms/alarm-1/acts', { body });
    expect(done.status, done.text).toBe(200);
    const page = await open(pathFor('daughter-a'));
    expect(page.text).toContain('已经处理完毕');
    expect(page.text).not.toContain('<button');
  });

  test('a link that was made up, cut short or numbered by hand opens nothing', async () => {
    const good = pathFor('daughter-a');
    const strange = new Uint8Array(32).fill(9);
    for (const path of [good.slice(0, -1), `${good}x`, `/a/${linkToken(strange, 1)}`, `/a/${linkToken(api.linkKey, 999)}`, '/a/1']) {
      const page = await open(path);
      expect([path, page.status]).toEqual([path, 404]);
      expect(page.text).toMatch(/链接无效|This link does not work/);
      expect((await press(path, 'going', crypto.randomUUID())).status).toBe(404);
    }
    expect(await stateOf()).toBe('unacknowledged');
  });

  test('a page of names that look like markup stays a page', async () => {
    await furnish(api, 'b');
    const resident = { id: 'resident-b', bed: 'bed-b', name: '<script>alert(1)</script>', profile: 'standard' };
    await api.put('residents', resident);
    await api.says('button-b', { button: 'press' }, 'p2');
    const page = await open(pathFor('daughter-b'));
    expect(page.text).toContain('&lt;script&gt;');
    expect(page.text).not.toContain('<script');
  });
});
