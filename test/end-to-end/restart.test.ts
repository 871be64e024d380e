import { execFile } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { storeFileIn } from '../../gateway/store/backup.ts';
import { createGatewayProcess, type GatewayProcess } from '../harness/gateway-process.ts';
import { importFirstHome, webhookConfig, webhookSecret } from '../harness/first-home.ts';
import { connectDevice } from '../harness/mqtt-device.ts';
import { createSmtpInbox } from '../servers/smtp-inbox.ts';
import { createWebhookReceiver, type WebhookReceiver } from '../servers/webhook-receiver.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

interface Told {
  readonly data: { readonly alarm: string; readonly purpose: string; readonly link: string };
}
interface Alarms {
  readonly items: readonly { readonly id: string; readonly calls: number; readonly state: { readonly value: string } }[];
}

let receiver: WebhookReceiver;
let gateway: GatewayProcess;
let secrets: Map<string, string>;

const ready = async (config: Record<string, unknown> = {}): Promise<void> => {
  const { url } = await receiver.start();
  const hooks = webhookConfig({ phones: url }) as { channels: object };
  gateway = await createGatewayProcess({
    ...hooks,
    ...config,
    channels: { ...hooks.channels, ...(config['channels'] as object | undefined) },
  });
  await gateway.start();
  secrets = await importFirstHome(gateway, { 'operator-1': [{ channel: 'webhook', webhook: 'phones' }] }, [60, 120, 180]);
};
const press = async (id: string): Promise<void> => {
  const button = await connectDevice(gateway.addresses.mqtt, 'button-1', secrets.get('button-1') ?? '');
  await button.say('event', { button: 'press' }, id);
  await button.end();
};
const alarms = (): Promise<Alarms> => gateway.api<Alarms>('GET', '/api/alarms');
const inStore = <Row>(sql: string): Row[] => {
  const db = new Database(storeFileIn(gateway.data), { readonly: true });
  try {
    return db.prepare<[], Row>(sql).all();
  } finally {
    db.close();
  }
};

beforeEach(() => {
  receiver = createWebhookReceiver({ secret: webhookSecret });
});
afterEach(async () => {
  await gateway.remove();
  await receiver.stop();
});

describe('a stop that was asked for', () => {
  test('ends with status 0, with everything acknowledged in the store and the run noted as ended', async () => {
    await ready();
    const pad = await connectDevice(gateway.addresses.mqtt, 'pad-1', secrets.get('pad-1') ?? '');
    await press('before-the-stop');
    const saying = Array.from({ length: 50 }, (_, illuminance) => pad.say('telemetry', { illuminance }));
    await Promise.all(saying);
    expect(await gateway.stop()).toBe(0);
    expect(inStore('SELECT event_id FROM reading WHERE event_id IS NOT NULL')).toContainEqual({ event_id: 'before-the-stop' });
    expect(inStore(`SELECT 1 FROM reading WHERE facts LIKE '%illuminance%'`)).toHaveLength(50);
    expect(inStore('SELECT 1 FROM run WHERE stopped_at IS NULL')).toEqual([]);
    await pad.end();
  });

  test('the next start has the same tokens, certificate and links, and the alarms as they were', async () => {
    await ready();
    await press('first');
    const { link } = ((await receiver.next()).body as Told).data;
    const [token, certificate] = [await gateway.token(), await readFile(join(gateway.data, 'tls-cert.pem'), 'utf8')];
    const before = await alarms();
    await gateway.stop();
    await gateway.start();
    expect((await readFile(join(gateway.data, 'admin-token'), 'utf8')).trim()).toBe(token);
    expect(await readFile(join(gateway.data, 'tls-cert.pem'), 'utf8')).toBe(certificate);
    expect((await alarms()).items).toEqual(before.items);
    const page = await fetch(`${gateway.addresses.http}${new URL(link).pathname}`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('王秀英')]);
  });

  test('mails that had not had their turn are given back, and go out once after the next start', async () => {
    const inbox = createSmtpInbox();
    const { port } = await inbox.start();
    await ready({ channels: { email: { host: '127.0.0.1', port, encryption: 'none', from: 'bell@carebed.example' } } });
    const people = Array.from({ length: 12 }, (_, index) => `reader-${index}`);
    const rows = people.map((id) => ({
      id,
      name: id,
      role: 'operator',
      channels: [{ channel: 'email', address: `${id}@people.example` }],
    }));
    await gateway.api('POST', '/api/import', { record: 'person', rows });
    const levels = [{ afterSeconds: 0, targets: people.map((person) => ({ type: 'person', person })) }];
    await gateway.api('POST', '/api/import', { record: 'policy', rows: [{ id: 'default-high', name: '紧急', levels }] });
    // The mail server takes connections and says nothing: four mails are under way, the others wait for their turn.
    inbox.script('hang', 'hang', 'hang', 'hang');
    await press('to-twelve-readers');
    expect(await gateway.stop()).toBe(0);
    expect(inbox.messages).toHaveLength(0);
    expect(inStore(`SELECT 1 FROM attempt WHERE state = 'sending'`)).toEqual([]);
    await gateway.start();
    for (const id of people) await inbox.next((mail) => mail.to[0] === `${id}@people.example`);
    expect(new Set(inbox.messages.map(({ headers }) => headers['message-id'])).size).toBe(inbox.messages.length);
    expect(inbox.messages).toHaveLength(people.length);
    await inbox.stop();
  });
});

describe('a start that cannot be', () => {
  test('a store that a newer Carebed wrote is left alone, and it is said what to do', async () => {
    await ready();
    await gateway.stop();
    const db = new Database(storeFileIn(gateway.data));
    db.pragma('user_version = 999');
    db.close();
    await expect(gateway.start()).rejects.toThrow(/status 2.*version 999.*start the Carebed that wrote it, or restore an older backup/s);
  });

  test('a damaged store says so, and where to find help', async () => {
    await ready();
    await gateway.stop();
    const file = await open(storeFileIn(gateway.data), 'r+');
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size - 4_096, 0xa5), 0, size - 4_096, 4_096);
    await file.close();
    await expect(gateway.start()).rejects.toThrow(/status 2.*carebed\.db is damaged.*carebed restore/s);
    await writeFile(storeFileIn(gateway.data), 'this is no database, whatever it may be'.repeat(200));
    await expect(gateway.start()).rejects.toThrow(/status 2.*is not a Carebed store: restore a backup/s);
  });

  test('a second gateway on the same data folder refuses; the first goes on; when that is killed, the folder is free at once', async () => {
    await ready();
    const second = await createGatewayProcess({}, { data: gateway.data });
    await expect(second.start()).rejects.toThrow(/status 2.*is in use by another Carebed process: stop that one first/s);
    await press('while-a-second-one-tried');
    await gateway.kill();
    await second.start();
    expect(await second.api<Alarms>('GET', '/api/alarms')).toMatchObject({ items: [{ id: 'alarm-1', calls: 1 }] });
    await second.remove();
  });

  test('a wrong configuration is told with its place and what would be right, all faults at once', async () => {
    await receiver.start();
    gateway = await createGatewayProcess({
      journalDays: 0,
      channels: { webhooks: [{ id: 'x', url: 'ftp://example.org', secrets: ['short'] }] },
    });
    await expect(gateway.start()).rejects.toThrow(/status 2/);
    for (const fault of [
      /gateway\.yaml:\d+ journalDays: /,
      /channels\.webhooks\[?\.?0\]?\.url: is not an http\(s\) address/,
      /is not a webhook secret; write whsec_/,
    ])
      expect(gateway.log()).toMatch(fault);
    expect(gateway.log()).not.toContain('short');
  });

  test('a port that is taken is named', async () => {
    await ready();
    const ports = { http: gateway.addresses.http, mqtt: gateway.addresses.mqtt };
    await gateway.stop();
    for (const [name, url] of Object.entries(ports)) {
      const squatter = createServer().listen(Number(new URL(url).port), '127.0.0.1');
      await once(squatter, 'listening');
      await expect(gateway.start()).rejects.toThrow(new RegExp(`status 2.*${name}.*${new URL(url).host}`, 's'));
      squatter.close();
      await once(squatter, 'close');
    }
    await gateway.start();
  });
});

describe('a backup made while it runs', () => {
  const restore = (file: string): Promise<{ stdout: string }> =>
    run(process.execPath, ['gateway/cli/main.ts', 'restore', file, '--data', gateway.data], { cwd: root });

  test('brings back the alarms as they were, and is not put in place under a running gateway', async () => {
    await ready();
    await press('before-the-backup');
    await receiver.next();
    const before = await alarms();
    const { name } = await gateway.api<{ name: string }>('POST', '/api/backups');
    const file = join(gateway.data, 'backups', name);
    await press('after-the-backup');
    expect((await alarms()).items).not.toEqual(before.items);
    await expect(restore(file)).rejects.toThrow(/is in use by another Carebed process/);
    await gateway.stop();
    await restore(file);
    await gateway.start();
    expect((await alarms()).items).toEqual(before.items);
    await press('after-the-backup');
    expect((await alarms()).items).toMatchObject([{ id: 'alarm-1', calls: 2 }]);
  });
});
