import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planStreet } from '../../simulators/street-plan.ts';
import { scenarioNamed } from '../../simulators/scenarios/catalogue.ts';
import { createStreet, type Street } from '../../simulators/street.ts';
import { type PlainBroker, startPlainBroker } from './plain-broker.ts';

let broker: PlainBroker;
let street: Street | null = null;

beforeEach(async () => {
  broker = await startPlainBroker();
});

afterEach(async () => {
  await street?.stop();
  street = null;
  await broker.close();
});

const streetOf = (
  homes: ReturnType<typeof planStreet>,
  scenario = 'ordinary-day',
  rest: { resendAfterMs?: number; speed?: number } = {},
): Street => {
  street = createStreet({ url: broker.url, homes, scenario: scenarioNamed(scenario), seed: 7, rampPerSecond: 2_000, ...rest });
  return street;
};

const homeOf = (homes: ReturnType<typeof planStreet>) => {
  const home = homes[0];
  if (home === undefined) throw new Error('the street is empty');
  return home;
};

describe('a street on a real MQTT server', () => {
  it('signs every hub in, under its own id, and says where it stands', async () => {
    const homes = planStreet({ homes: 20 });
    await streetOf(homes).start();
    expect(street?.tally).toMatchObject({ connects: 20, refused: 0 });
    for (const home of homes) await broker.seen((m) => m.client === home.devices[0]?.id && m.topic.endsWith('/status'));
  });

  it('writes a press down as acknowledged when, and only when, its PUBACK has come', async () => {
    const homes = planStreet({ homes: 1 });
    const s = streetOf(homes, 'ordinary-day', { resendAfterMs: 100 });
    await s.start();
    broker.withhold = true;
    const id = s.press(homeOf(homes).id);
    await once(s.events, 'sent');
    expect(s.ledger.get(id)).toMatchObject({ acknowledgedAt: null, copies: 2 });
    broker.withhold = false;
    const [saying] = await once(s.events, 'acknowledged');
    expect(saying).toMatchObject({ id });
    expect(s.ledger.get(id)?.acknowledgedAt).toBeGreaterThan(0);
  });

  it('sends a press again with the same id until it is acknowledged', async () => {
    const homes = planStreet({ homes: 1, dialectOf: () => 'direct' });
    const s = streetOf(homes, 'ordinary-day', { resendAfterMs: 50 });
    await s.start();
    broker.withhold = true;
    const id = s.press(homeOf(homes).id);
    const copies = (): number => broker.received.filter((m) => m.topic.endsWith('/event') && m.payload.includes(id)).length;
    while (copies() < 3) await once(s.events, 'sent').then(() => broker.seen(() => copies() > 0));
    expect(new Set(broker.received.filter((m) => m.payload.includes(id)).map((m) => m.payload)).size).toBe(1);
    expect(s.ledger.entries()).toHaveLength(1);
  });

  it('does not lose a press made while the line is down', async () => {
    const homes = planStreet({ homes: 1 });
    const home = homeOf(homes);
    const s = streetOf(homes);
    await s.start();
    const gone = once(s.events, 'link');
    s.cutPower();
    await gone;
    const id = s.press(home.id);
    expect(s.ledger.get(id)).toBeUndefined();
    const acknowledged = once(s.events, 'acknowledged');
    s.restorePower();
    await acknowledged;
    expect(s.ledger.get(id)).toMatchObject({ copies: 1 });
  });

  it('signs in again after the server has thrown everybody out', async () => {
    const homes = planStreet({ homes: 10 });
    const s = streetOf(homes);
    await s.start();
    const back = new Set<string>();
    const all = new Promise<void>((resolve) =>
      s.events.on('link', (device, up) => {
        if (up && back.add(device).size === 10) resolve();
      }),
    );
    broker.dropAll();
    await all;
    expect(s.tally.connects).toBe(20);
  });

  it('counts a device that is refused and goes on with the others', async () => {
    const homes = planStreet({ homes: 3 });
    broker.banned.add('sim-hub-00002');
    const s = streetOf(homes);
    await s.start();
    expect(s.tally.connects).toBe(2);
    expect(s.tally.refused).toBeGreaterThan(0);
  });

  it('leaves the will behind when its power is cut, and none when it says goodbye', async () => {
    const homes = planStreet({ homes: 2 });
    const s = streetOf(homes);
    await s.start();
    s.cutPower([homeOf(homes).id]);
    await broker.seen((m) => m.topic === 'carebed/v1/sim-hub-00001/status' && m.payload.includes('"online":false'));
    await s.stop();
    expect(broker.received.filter((m) => m.topic.includes('sim-hub-00002') && m.payload.includes('"online":false'))).toEqual([]);
  });

  it('tells one press of a Zigbee button as a real bridge does, in three messages', async () => {
    const homes = planStreet({ homes: 1, dialectOf: () => 'zigbee2mqtt' });
    const s = streetOf(homes);
    await s.start();
    s.press(homeOf(homes).id);
    await broker.seen((m) => m.topic.endsWith('/action'));
    const topics = broker.received
      .filter((m) => m.topic.includes('求助 按钮') && /"action":"|^emergency/.test(m.payload))
      .map((m) => m.payload);
    expect(topics.map((payload) => (payload.startsWith('{') ? (JSON.parse(payload) as { action: string }).action : payload))).toEqual([
      'emergency',
      '',
      'emergency',
    ]);
  });

  it('plays a scenario to its end and knows what must have been raised', async () => {
    const homes = planStreet({ homes: 5 });
    const s = streetOf(homes, 'second-press', { speed: 100 });
    await s.start();
    await s.finished;
    expect(s.ledger.entries()).toHaveLength(10);
    expect(s.expects).toHaveLength(5);
    expect(s.expects.every((e) => e.rule === 'button' && e.calls === 2)).toBe(true);
  });
});
