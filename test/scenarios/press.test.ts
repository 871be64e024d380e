import { afterEach, beforeEach, expect, test } from 'vitest';
import { deviceSchema } from '../../domain/device.ts';
import { deviceIdSchema, personIdSchema } from '../../domain/ids.ts';
import { minutes, seconds } from '../../domain/instant.ts';
import { createKeeperRig, type KeeperRig, oneHome, row } from '../harness/keeper-rig.ts';
import { type TempDir, tempDir } from '../harness/temp-dir.ts';

let folder: TempDir;
let rig: KeeperRig;
beforeEach(async () => {
  folder = await tempDir('press');
  rig = createKeeperRig(folder.path);
  rig.records(oneHome());
});
afterEach(async () => {
  rig.close();
  await folder.remove();
});

const stateOf = (index = 0) => rig.alarms()[index]?.state.value;

test('a press is one alarm, and the operator on duty is told in the same breath', () => {
  rig.say('button-1', { button: 'press' }, 'e1');
  expect(rig.alarms()).toHaveLength(1);
  expect(rig.alarms()[0]).toMatchObject({ rule: 'button', priority: 'high', state: { value: 'unacknowledged' }, bed: 'b1', calls: 1 });
  expect(rig.told()).toEqual(['operator-1 raised']);
});

test('nobody answers: second seat and family at 60 s, supervisor at 120 s, responders at 180 s', () => {
  rig.say('button-1', { button: 'press' }, 'e1');
  rig.pass(seconds(59));
  expect(rig.told()).toEqual(['operator-1 raised']);
  rig.pass(seconds(1));
  expect(rig.told().slice(1)).toEqual(['operator-2 raised', 'daughter raised', 'son raised']);
  rig.pass(seconds(60));
  expect(rig.told().slice(4)).toEqual(['boss raised']);
  rig.pass(seconds(60));
  expect(rig.told().slice(5)).toEqual(['runner dispatch-unverified']);
});

test('nobody ever answers: the gateway shouts, and begins again', () => {
  rig.say('button-1', { button: 'press' }, 'e1');
  rig.pass(minutes(5));
  expect(rig.events.map(({ event }) => event.type)).toContain('exhausted');
  const before = rig.deliveries.length;
  rig.pass(minutes(5));
  expect(rig.deliveries.length).toBeGreaterThan(before);
  expect(rig.alarms()[0]?.escalation?.round).toBeGreaterThan(1);
});

test('the same press re-sent is the same press, also after a crash', () => {
  rig.say('button-1', { button: 'press' }, 'e1');
  rig.say('button-1', { button: 'press' }, 'e1');
  rig.crash(seconds(1));
  rig.say('button-1', { button: 'press' }, 'e1');
  expect(rig.alarms()).toHaveLength(1);
  expect(rig.alarms()[0]?.calls).toBe(1);
});

test('a second press during an open alarm calls again, and puts nothing off', () => {
  rig.say('button-1', { button: 'press' }, 'e1');
  rig.pass(seconds(50));
  rig.say('button-1', { button: 'press' }, 'e2');
  expect(rig.alarms()).toHaveLength(1);
  expect(rig.alarms()[0]?.calls).toBe(2);
  expect(rig.told()).toEqual(['operator-1 raised', 'operator-1 raised-again']);
  rig.pass(seconds(10));
  expect(rig.told()).toContain('daughter raised');
});

test('acknowledged: nobody further is told, and those who were hear who has it', () => {
  rig.say('button-1', { button: 'press' }, 'e1');
  rig.pass(seconds(60));
  expect(rig.act('alarm-1', { type: 'acknowledge' }, 'operator-2').ok).toBe(true);
  expect(stateOf()).toBe('acknowledged');
  rig.pass(minutes(10));
  expect(rig.told().slice(4).sort()).toEqual(['daughter taken', 'operator-1 taken', 'son taken']);
});

test('a second press after the acknowledgement makes it a call again', () => {
  rig.say('button-1', { button: 'press' }, 'e1');
  rig.act('alarm-1', { type: 'acknowledge' }, 'operator-1');
  rig.pass(seconds(30));
  rig.say('button-1', { button: 'press' }, 'e2');
  expect(stateOf()).toBe('unacknowledged');
  expect(rig.told().at(-1)).toBe('operator-1 raised-again');
  rig.pass(seconds(60));
  expect(rig.told()).toContain('daughter raised');
});

test('acknowledged and forgotten: a reminder after 15 minutes, and after 30 it is a call again', () => {
  rig.say('button-1', { button: 'press' }, 'e1');
  rig.act('alarm-1', { type: 'acknowledge' }, 'operator-1');
  rig.pass(minutes(15));
  expect(rig.told().at(-1)).toBe('operator-1 reminder');
  rig.pass(minutes(15));
  expect(stateOf()).toBe('unacknowledged');
});

test('resolved with a cause and an outcome it is over, and a new press is a new alarm', () => {
  rig.say('button-1', { button: 'press' }, 'e1');
  const disposition = { cause: 'assist', outcome: 'visited-safe', note: '' } as const;
  expect(rig.act('alarm-1', { type: 'resolve', disposition }).ok).toBe(true);
  expect(stateOf()).toBe('closed');
  rig.say('button-1', { button: 'press' }, 'e2');
  expect(rig.alarms().map((alarm) => alarm.state.value)).toEqual(['closed', 'unacknowledged']);
});

test('a home whose rosters are all empty: it says at once that nobody could be told', () => {
  rig.records(['duty', 'second-seat', 'supervisor', 'responders'].map((id) => row('roster', { id, name: id })));
  for (const id of ['c1', 'c2'])
    rig.engine.execute({ type: 'delete-record', record: 'contact', id }, { actor: 'test', person: null, audit: [], idempotency: null });
  rig.say('button-1', { button: 'press' }, 'e1');
  const types = rig.events.map(({ event }) => event.type);
  expect(types.filter((type) => type === 'level-skipped')).toHaveLength(4);
  expect(types).toContain('exhausted');
  expect(rig.told()).toEqual([]);
});

test('every channel to the operator fails: the next level is told at once', () => {
  rig.answerWith((delivery) =>
    delivery.person === 'operator-1'
      ? { state: 'failed', code: 'gone', detail: '', retry: false, retryAfterMs: null }
      : { state: 'delivered', providerId: null },
  );
  rig.say('button-1', { button: 'press' }, 'e1');
  expect(rig.told()).toEqual(['operator-1 raised', 'operator-2 raised', 'daughter raised', 'son raised']);
  expect(rig.events.map(({ event }) => event.type)).toContain('unreachable');
});

test('a crash in the middle: what fell due meanwhile happens at once, and is marked late', () => {
  rig.say('button-1', { button: 'press' }, 'e1');
  rig.crash(seconds(150));
  expect(rig.told()).toEqual(['operator-1 raised', 'operator-2 raised', 'daughter raised', 'son raised', 'boss raised']);
  const late = rig.events.filter(({ event }) => event.type === 'level-told' && event.lateMs > 0).map(({ event }) => event.lateMs);
  expect(late).toEqual([90_000, 30_000]);
});

test('a message that may have left before the crash is sent again only where the receiver tells copies apart', () => {
  rig.records([
    row('person', {
      id: 'operator-1',
      name: 'o',
      role: 'operator',
      channels: [
        { channel: 'email', address: 'o@example.org' },
        { channel: 'webhook', webhook: 'hook' },
      ],
    }),
  ]);
  rig.answerWith(() => null);
  rig.say('button-1', { button: 'press' }, 'e1');
  expect(rig.deliveries.map(({ address }) => address.channel)).toEqual(['email']);
  rig.crash(seconds(1));
  // It still waited for its place at the mail server: nothing of it had left, so it goes out as if for the first time.
  expect(rig.deliveries.slice(1).map(({ mayHaveBeenSent }) => mayHaveBeenSent)).toEqual([false]);
  expect(rig.leave(rig.deliveries.at(-1))).toBe(true);
  rig.crash(seconds(1));
  const after = rig.deliveries.slice(2).map(({ address, mayHaveBeenSent }) => `${address.channel} ${mayHaveBeenSent}`);
  expect(after).toEqual(['email true']);
  const notification = rig.deliveries.at(-1)?.notification;
  if (notification === undefined) throw new Error('nothing was handed over');
  rig.engine.delivered({ notification, attempt: 0 }, { state: 'unknown', code: 'nobody-can-say', detail: '' });
  expect(rig.deliveries.at(-1)?.address.channel).toBe('webhook');
});

test('a mail that waits for its place when somebody takes the alarm does not leave any more', () => {
  rig.records([
    row('person', { id: 'operator-1', name: 'o', role: 'operator', channels: [{ channel: 'email', address: 'o@example.org' }] }),
  ]);
  rig.answerWith(() => null);
  rig.say('button-1', { button: 'press' }, 'e1');
  const [waiting] = rig.deliveries;
  rig.act('alarm-1', { type: 'acknowledge' }, 'operator-2');
  expect(rig.leave(waiting)).toBe(false);
});

test('the daughter was going and then cannot: it is a call again, and she is not asked in the same breath', () => {
  rig.say('button-1', { button: 'press' }, 'e1');
  rig.pass(seconds(60));
  rig.act('alarm-1', { type: 'going', responder: personIdSchema.parse('daughter') }, 'daughter');
  const before = rig.told().length;
  rig.act('alarm-1', { type: 'decline', person: personIdSchema.parse('daughter') }, 'daughter');
  expect(stateOf()).toBe('unacknowledged');
  const again = rig.told().slice(before);
  expect(again).toContain('operator-1 raised-again');
  expect(again.filter((told) => told.startsWith('daughter'))).toEqual([]);
});

test('a battery button that says goodbye after each message is not offline; one that is cut off is', () => {
  const connection = (why: string, online: boolean) => {
    rig.engine.inbound([{ type: 'connection', sender: deviceIdSchema.parse('button-1'), online, why, receivedAt: rig.clock.now() }]);
    rig.pass(minutes(2));
  };
  connection('connected', true);
  connection('disconnected', false);
  expect(rig.alarms()).toEqual([]);
  connection('connected', true);
  connection('lost', false);
  expect(rig.alarms()).toMatchObject([{ rule: 'device-offline', priority: 'technical' }]);
});

test('a command that is refused makes no message under way doubtful', () => {
  rig.records([
    row('person', { id: 'operator-1', name: 'o', role: 'operator', channels: [{ channel: 'email', address: 'o@example.org' }] }),
  ]);
  rig.answerWith(() => null);
  rig.say('button-1', { button: 'press' }, 'e1');
  expect(rig.act('alarm-1', { type: 'shelve', until: rig.clock.now() }).ok).toBe(false);
  expect(rig.records([row('bed', { id: 'b9', home: 'nowhere' })]).ok).toBe(false);
  rig.engine.catchUp();
  expect(rig.deliveries.map(({ address, mayHaveBeenSent }) => `${address.channel} ${mayHaveBeenSent}`)).toEqual(['email false']);
});

test('a text message that was taken before the crash is asked about after it, and not sent to the next channel at once', () => {
  const channels = [
    { channel: 'sms', phone: '13800000000' },
    { channel: 'email', address: 'o@example.org' },
  ];
  rig.records([row('person', { id: 'operator-1', name: 'o', role: 'operator', channels })]);
  rig.answerWith(() => ({ state: 'accepted', providerId: 'biz-1', receiptExpected: true }));
  rig.say('button-1', { button: 'press' }, 'e1');
  rig.answerWith(() => ({ state: 'delivered', providerId: 'biz-1' }));
  rig.crash(seconds(5));
  expect(rig.deliveries.map(({ address, mayHaveBeenSent }) => `${address.channel} ${mayHaveBeenSent}`)).toEqual(['sms false', 'sms true']);
  const outcome = rig.db.prepare('SELECT outcome FROM notification WHERE id = 1').pluck().get();
  expect(outcome).toBe('delivered');
});

test('a device of a model that nobody knows is refused: its press would never be understood', () => {
  const answer = rig.records([
    { record: 'device', body: deviceSchema.parse({ id: 'x-1', model: 'carebed-buttn', home: 'h1', bed: 'b1' }) },
  ]);
  expect(answer).toMatchObject({ ok: false, code: 'model-unknown', status: 422 });
});
