import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startInfluxd } from './influxd.ts';

it('what was written to influxd is there after a restart and after a kill, on the same port', async () => {
  await using influxd = await startInfluxd();
  await influxd.query('CREATE DATABASE street');
  const write = async (line: string): Promise<number> =>
    (await fetch(`${influxd.url}/write?db=street`, { method: 'POST', body: line })).status;
  expect(await write('bed,device=a occupied=1 1000000000')).toBe(204);
  await influxd.stop();
  await expect(influxd.query('SHOW DATABASES')).rejects.toThrow('fetch failed');
  await influxd.start();
  expect(await write('bed,device=a occupied=0 2000000000')).toBe(204);
  await influxd.kill();
  await influxd.start();
  expect(await influxd.query('SELECT count(occupied) FROM bed', 'street')).toMatchObject({
    results: [{ series: [{ values: [['1970-01-01T00:00:00Z', 2]] }] }],
  });
});

it('a frozen influxd takes connections and does not answer until it is let go on', async () => {
  await using influxd = await startInfluxd();
  influxd.freeze();
  await expect(fetch(`${influxd.url}/ping`, { signal: AbortSignal.timeout(300) })).rejects.toThrow('timeout');
  influxd.thaw();
  expect((await fetch(`${influxd.url}/ping`)).status).toBe(204);
});

it('settings of its own reach influxd', async () => {
  await using influxd = await startInfluxd({ config: { http: { 'auth-enabled': true } } });
  await expect(influxd.query('SHOW DATABASES')).rejects.toThrow('create admin user first');
});

it('a program that is not there is said, and nothing is left behind', async () => {
  await expect(startInfluxd({ program: '/nowhere/influxd' })).rejects.toThrow('influxd did not start');
});

it('a configuration that influxd refuses is shown with its own words', async () => {
  await expect(startInfluxd({ config: { http: { 'bind-address': 'nonsense' } } })).rejects.toThrow(/influxd did not start: .*nonsense/s);
});

it('removing it removes its folder', async () => {
  await using influxd = await startInfluxd();
  expect(existsSync(influxd.folder)).toBe(true);
  await influxd.remove();
  expect(existsSync(influxd.folder)).toBe(false);
});
