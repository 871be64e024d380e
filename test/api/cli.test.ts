import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../gateway/cli/program.ts';
import { createModelDesk } from '../../gateway/compose/model-tools.ts';
import { secretHash } from '../../gateway/people/bearer-token.ts';
import { openForReading } from '../../gateway/store/open-store.ts';
import { type ApiHarness, furnish, staff, startApi } from './api-harness.ts';

let api: ApiHarness;
let url: string;
let folder: string;
beforeAll(async () => {
  api = await startApi();
  url = await api.listen();
  await furnish(api, 'a');
  await staff(api);
  folder = mkdtempSync(join(tmpdir(), 'carebed-cli-'));
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
const run = async (words: readonly string[], env: Record<string, string> = {}): Promise<Ran> => {
  let [out, err] = ['', ''];
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const code = await runCli(words, { CAREBED_URL: url, CAREBED_TOKEN: api.admin, LANG: 'zh_CN.UTF-8', ...env }, streams, createModelDesk());
  return { code, out, err };
};
const fileOf = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('carebed device-model', () => {
  // No gateway is asked: nothing listens there.
  const alone = { CAREBED_URL: 'http://127.0.0.1:9', LANG: 'en' };

  test('tries a pasted message, and says what is refused and why', async () => {
    const words = [
      'device-model',
      'try',
      '--model',
      'zigbee2mqtt',
      '--topic',
      'carebed/v1/hub/0x01',
      '--payload',
      '{"action":"emergency","battery":101}',
    ];
    const placed = await run([...words, '--child', 'zigbee2mqtt-sos-button'], alone);
    expect(placed).toEqual({
      code: 1,
      out: 'CALL (of the child): button=press\nRefused: value-out-of-range, battery: must be a number from 0 to 100\n',
      err: '',
    });
    const stranger = await run(words, { ...alone, LANG: 'zh_CN.UTF-8' });
    expect(stranger.out).toContain('未登记: 0x01');
    const ignored = await run(
      ['--json', 'device-model', 'try', '--model', 'zigbee2mqtt', '--topic', 'bridge/logging', '--payload', '{}'],
      alone,
    );
    expect(JSON.parse(ignored.out)).toEqual([{ type: 'ignored', why: "a line of the bridge's log" }]);
    expect(ignored.code).toBe(0);
  });

  test('checks a file: line, fault and what would be right', async () => {
    const good = fileOf('mine.yaml', 'id: mine\nname: { zh-CN: 甲, en: Mine }\nextends: zigbee2mqtt-sos-button\n');
    expect(await run(['device-model', 'check', good], alone)).toMatchObject({ code: 0, err: '' });
    const bad = fileOf('bad.yaml', 'id: bad\nname: { zh-CN: 甲, en: Bad }\nheartbeatSeconds: 60\ntopics:\n  - { topic: a, mesage: m }\n');
    const { code, err } = await run(['device-model', 'check', bad], alone);
    expect(code).toBe(1);
    expect(err).toMatch(/bad\.yaml:5: topics\.0 .*mesage/);
  });

  test("lists the models, a house's own among them", async () => {
    const { out } = await run(['device-model', 'list'], alone);
    for (const id of ['carebed-button', 'tasmota-bed-pad', 'shelly-gen2-sos-button', 'esphome-device', 'milesight-ws101'])
      expect(out).toContain(id);
  });
});

describe('carebed device', () => {
  test('waiting says when nothing waits', async () => {
    expect(await run(['device', 'waiting', '--hub', 'nobody'])).toMatchObject({ code: 0, out: '没有等待安装的设备。\n' });
  });

  test('add prints the label: a QR code, the id, the secret and the topics', async () => {
    const { code, out } = await run(['device', 'add', '--model', 'carebed', '--home', 'home-a', '--bed', 'bed-a', '--id', 'pad-1']);
    expect(code).toBe(0);
    for (const part of ['▄', 'pad-1', 'carebed/v1/pad-1/', '密钥', 'mqtts 8883']) expect(out).toContain(part);
    const { code: jsonCode, out: json } = await run(['--json', 'device', 'rotate-secret', 'pad-1']);
    const { secret, label } = JSON.parse(json) as { secret: string; label: { uri: string } };
    expect([jsonCode, label.uri]).toEqual([0, `carebed:1;gateway.example;8883;tls;pad-1;${secret}`]);
    const row = await api.reader.selectFrom('device').select('secret_hash').where('id', '=', 'pad-1').executeTakeFirstOrThrow();
    expect(Buffer.from(row.secret_hash ?? [])).toEqual(Buffer.from(secretHash(secret)));
  });

  test('a home that does not exist is told as such, with exit code 1', async () => {
    const { code, err } = await run(['device', 'add', '--model', 'carebed', '--home', 'nowhere', '--lang', 'en']);
    expect([code, err]).toEqual([1, expect.stringContaining('It refers to nothing')]);
  });
});

describe('carebed import', () => {
  test('homes, people and contacts from a spreadsheet with Chinese titles, also in GB18030', async () => {
    const homes = fileOf(
      'homes.csv',
      '编号,名称,服务机构,地址,紧急策略\nh1,张家,provider-a,"建设路 1 号,2 单元",default-high\nh2,李家,provider-a,建设路 2 号,\n',
    );
    expect(await run(['import', 'homes', homes])).toMatchObject({ code: 0, out: expect.stringContaining('导入了 2 行') });
    expect((await api.call<{ address: string; policies: unknown }>('GET', '/api/homes/h1')).body).toMatchObject({
      address: '建设路 1 号,2 单元',
      policies: { high: 'default-high' },
    });
    // 编号,姓名,角色,手机 / p1,王,family,138 0000 0009 as GB18030
    const gb = Uint8Array.from([
      0xb1, 0xe0, 0xba, 0xc5, 0x2c, 0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0xbd, 0xc7, 0xc9, 0xab, 0x2c, 0xca, 0xd6, 0xbb, 0xfa, 0x0a,
    ]);
    const row = Uint8Array.from([...Buffer.from('p1,'), 0xcd, 0xf5, ...Buffer.from(',family,138 0000 0009\n')]);
    expect((await run(['import', 'people', fileOf('people.csv', Buffer.concat([gb, row]))])).code).toBe(0);
    expect((await api.call('GET', '/api/people/p1')).body).toMatchObject({
      name: '王',
      channels: [{ channel: 'sms', phone: '13800000009' }],
    });
    const contacts = fileOf('contacts.csv', 'id,home,person,order,holdsKey\nc1,h1,p1,1,是\n');
    expect((await run(['import', 'contacts', contacts])).code).toBe(0);
  });

  test('every bad row is told with line, column and what would be right, and nothing is imported', async () => {
    const file = fileOf('bad.csv', 'id,home,name\nb-good,h1,一\nb bad,h1,二\nb-good,h1,三\nb-lost,nowhere,四\n');
    const { code, out } = await run(['import', 'beds', file]);
    expect(code).toBe(5);
    expect(out).toContain('第 3 行，id 列：不是有效的编号；请用 1 到 64 个字符');
    expect(out).toContain('第 4 行，id 列：编号重复；第 2 行已有这个编号');
    expect((await api.call('GET', '/api/beds/b-good')).status).toBe(404);
    const there = await run(['import', 'beds', fileOf('bad2.csv', 'id,home\nb-good,h1\nb-lost,nowhere\n'), '--lang', 'en']);
    expect([there.code, there.out]).toEqual([5, expect.stringContaining('line 3, column home: refers to nothing')]);
    expect((await api.call('GET', '/api/beds/b-good')).status).toBe(404);
  });

  test('--skip-bad imports the rest and still says what was left out', async () => {
    const file = fileOf('skip.csv', 'id,home\nb-1,h1\nb 2,h1\nb-3,nowhere\n');
    const { code, out } = await run(['import', 'beds', file, '--skip-bad', '--json']);
    expect([code, JSON.parse(out)]).toMatchObject([5, { imported: 1, skipped: 2, bad: [{ line: 3 }, { line: 4 }] }]);
    expect((await api.call('GET', '/api/beds/b-1')).status).toBe(200);
  });

  test('20,000 devices in one go; the secrets made are written once, to a file for its owner alone', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `mass-${i},carebed,h1,${i === 7 ? 'MakerSecret-0123456789abcdef' : ''}`);
    const file = fileOf('devices.csv', `id,model,home,secret\n${lines.join('\n')}\n`);
    const refused = await run(['import', 'devices', file]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('19999')]);
    const secrets = join(folder, 'secrets.csv');
    const { code, out, err } = await run(['import', 'devices', file, '--secrets-out', secrets, '--json']);
    expect([code, JSON.parse(out)]).toMatchObject([0, { imported: 20_000, secrets: 19_999 }]);
    expect(err).toContain('20000/20000');
    expect(statSync(secrets).mode & 0o777).toBe(0o600);
    const [, first = ''] = readFileSync(secrets, 'utf8').split('\n');
    const [device = '', secret = ''] = first.split(',');
    const row = await api.reader.selectFrom('device').select('secret_hash').where('id', '=', device).executeTakeFirstOrThrow();
    expect(Buffer.from(row.secret_hash ?? [])).toEqual(Buffer.from(secretHash(secret)));
    const maker = await api.reader.selectFrom('device').select('secret_hash').where('id', '=', 'mass-7').executeTakeFirstOrThrow();
    expect(Buffer.from(maker.secret_hash ?? [])).toEqual(Buffer.from(secretHash('MakerSecret-0123456789abcdef')));
    const again = await run(['import', 'devices', file, '--secrets-out', secrets]);
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('已经存在')]);
  });
});

describe('carebed alarms', () => {
  test('follow tells every event in order and ends after --count; list, ack and act change the same alarm', async () => {
    await api.says('button-a', { button: 'press' }, 'cli-1');
    const { code, out } = await run(['alarms', 'follow', '--after', '0', '--count', '2', '--json']);
    const events = out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as { seq: number; event: { type: string } });
    expect(code).toBe(0);
    expect(events[0]).toMatchObject({ event: { type: 'raised' } });
    expect(events[1]?.seq).toBeGreaterThan(events[0]?.seq ?? 0);
    expect((await run(['alarms', 'list'])).out).toContain('未接警');
    expect((await run(['alarms', 'ack', 'alarm-1'])).out).toContain('已接警');
    const resolved = await run(['alarms', 'act', 'alarm-1', 'resolve', '--cause', 'assist', '--outcome', 'visited-safe', '--json']);
    expect([resolved.code, JSON.parse(resolved.out)]).toMatchObject([0, { state: { value: 'closed' } }]);
    expect((await run(['alarms', 'show', 'alarm-1'])).out).toContain('结束');
  });
});

describe('carebed records, token, backup', () => {
  test('records go out and come back', async () => {
    const { out } = await run(['records', 'get', 'homes', 'home-a', '--json']);
    const home = JSON.parse(out) as { name: string };
    const put = await run(['records', 'put', 'homes', fileOf('home.json', JSON.stringify({ ...home, name: '新名' }))]);
    expect(put.code).toBe(0);
    expect((await run(['records', 'list', 'homes', '--where', 'q=新名'])).out).toContain('home-a');
  });

  test('a token is made, used and revoked', async () => {
    const { out } = await run(['token', 'create', '--name', 'desk', '--role', 'operator', '--scope', 'home:home-a', '--json']);
    const { id, token } = JSON.parse(out) as { id: string; token: string };
    expect((await run(['alarms', 'list'], { CAREBED_TOKEN: token })).code).toBe(0);
    expect((await run(['token', 'list'], { CAREBED_TOKEN: token })).code).toBe(4);
    expect((await run(['token', 'revoke', id])).code).toBe(0);
    expect((await run(['alarms', 'list'], { CAREBED_TOKEN: token })).code).toBe(4);
  });

  test('a backup is fetched while the gateway runs, and restored into another folder', async () => {
    const file = join(folder, 'backup.db');
    expect(await run(['backup', file])).toMatchObject({ code: 0 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await run(['backup', file])).code).toBe(2);
    const other = mkdtempSync(join(folder, 'data-'));
    expect(await run(['restore', file, '--data', other])).toMatchObject({ code: 0 });
    const db = openForReading(join(other, 'carebed.db'));
    expect(db.prepare('SELECT count(*) AS n FROM home').get()).toEqual({ n: 3 });
    db.close();
    expect((await run(['restore', fileOf('no.db', 'not a store'), '--data', other])).code).toBe(1);
    expect((await run(['restore', file, '--data', api.folder])).code).toBe(1);
  });

  test('a gateway that does not answer is exit code 3, a missing token 4, wrong use 2', async () => {
    expect((await run(['alarms', 'list'], { CAREBED_URL: 'http://127.0.0.1:1' })).code).toBe(3);
    expect((await run(['alarms', 'list'], { CAREBED_TOKEN: '', CAREBED_DATA: folder })).code).toBe(4);
    expect((await run(['device', 'add'])).code).toBe(2);
    expect((await run(['import', 'planets', 'x.csv'])).code).toBe(2);
  });

  test('the program runs as a process of its own', async () => {
    const main = join(import.meta.dirname, '../../gateway/cli/main.ts');
    const env = { ...process.env, CAREBED_URL: url, CAREBED_TOKEN: api.admin };
    const { stdout } = await promisify(execFile)(process.execPath, [main, 'records', 'get', 'homes', 'home-a', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ id: 'home-a' });
  });
});
