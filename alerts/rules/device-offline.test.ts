import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../domain/instant.ts';
import { deviceOfflineRule, type DeviceOfflineState } from './device-offline.ts';
import { createStory } from './story.ts';

const silent = 'raise technical alarm silent';
const lost = 'raise technical alarm connection-lost';
const back = 'return heard-again';
const heartbeat = minutes(1);

describe('a device that does not speak any more', () => {
  test('is silent after three missed heartbeats, to the millisecond, and returns with its next word', () => {
    const story = createStory(deviceOfflineRule, { heartbeat });
    for (const second of [0, 5, 10, 14.5]) story.say(second, { linkQuality: 80 });
    story.passTo(1_000);
    story.say(1_001, { linkQuality: 80 });
    expect(story.lines()).toEqual([`194.5 ${silent}`, `1001 ${back}`]);
    expect(story.told[0]?.signal.reason).toEqual({
      code: 'silent',
      device: 'd1',
      since: story.at(14.5),
      numbers: { missedHeartbeats: 3, heartbeatSeconds: 60 },
    });
  });

  test('that was never heard, or whose model promises nothing, is never silent', () => {
    const promisesNothing = createStory(deviceOfflineRule);
    promisesNothing.say(0, { button: 'press' });
    expect(promisesNothing.wakeAt()).toBeNull();
    const neverHeard = createStory(deviceOfflineRule, { heartbeat });
    neverHeard.deaf(0, 100);
    neverHeard.nudge(10_000);
    expect([neverHeard.wakeAt(), ...neverHeard.lines()]).toEqual([null]);
  });

  test('gets a whole heartbeat after the gateway itself was deaf', () => {
    const story = createStory(deviceOfflineRule, { heartbeat });
    story.say(0, { motion: true });
    story.deaf(10, 5_000);
    expect(story.wakeAt()).toBe(5_060);
    story.passTo(5_059.999);
    expect(story.lines()).toEqual([]);
    story.passTo(5_060);
    expect(story.lines()).toEqual([`5060 ${silent}`]);
    expect(story.told[0]?.signal.reason.since).toBe(story.at(0));
  });

  test('a short deafness shortens no wait', () => {
    const story = createStory(deviceOfflineRule, { heartbeat });
    story.say(0, { motion: true });
    story.deaf(10, 20);
    expect(story.wakeAt()).toBe(180);
  });

  test('that is said to be gone is lost after a grace, and a reconnect within it is no news', () => {
    const story = createStory(deviceOfflineRule, { heartbeat });
    story.say(0, { online: true });
    story.say(10, { online: false });
    story.say(12, { online: true });
    story.passTo(100);
    story.say(101, { online: false });
    story.say(130, { online: false });
    story.passTo(200);
    story.say(300, { occupied: true });
    expect(story.lines()).toEqual([`161 ${lost}`, `300 ${back}`]);
    expect(story.told[0]?.signal.reason.since).toBe(story.at(101));
  });

  test.each([
    ['a heartbeat shorter than a minute', seconds(10), 10],
    ['a longer heartbeat', minutes(60), 60],
    ['no heartbeat', null, 60],
  ])('with %s the grace is right', (_name, beat, expected) => {
    const story = createStory(deviceOfflineRule, { heartbeat: beat });
    story.say(0, { online: false });
    expect(story.wakeAt()).toBe(expected);
    story.passTo(expected);
    expect(story.lines()).toEqual([`${expected} ${lost}`]);
  });

  test('that was gone while the gateway was deaf gets its grace anew', () => {
    const story = createStory(deviceOfflineRule, { heartbeat });
    story.say(0, { online: false });
    story.deaf(5, 1_000);
    story.say(1_030, { online: true });
    story.passTo(1_100);
    expect(story.lines()).toEqual([]);
  });

  test('is told once, not by silence and by its hub as well', () => {
    const story = createStory(deviceOfflineRule, { heartbeat });
    story.say(0, { motion: true });
    story.passTo(180);
    story.say(200, { online: false });
    story.passTo(100_000);
    expect(story.lines()).toEqual([`180 ${silent}`]);
  });

  test('a heartbeat is worth keeping only each quarter, and every change that matters always is', () => {
    const keep = (before: DeviceOfflineState, after: DeviceOfflineState) => deviceOfflineRule.worthKeeping?.(before, after);
    const story = createStory(deviceOfflineRule, { heartbeat });
    story.say(0, { motion: true });
    const first = story.state();
    expect(keep(deviceOfflineRule.initial, first)).toBe(true);
    story.say(14, { motion: true });
    expect(keep(first, story.state())).toBe(false);
    story.say(15, { motion: true });
    expect(keep(first, story.state())).toBe(true);
    const second = story.state();
    story.say(16, { online: false });
    expect(keep(second, story.state())).toBe(true);
    const gone = story.state();
    story.passTo(80);
    expect(keep(gone, story.state())).toBe(true);
  });

  test('is raised exactly when the gap in its words reaches the limit, on time or late', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(gaps, fc.constantFrom('on-time' as const, 'late' as const), (waits, waking) => {
        const story = createStory(deviceOfflineRule, { heartbeat, waking });
        let now = 0;
        story.say(0, { motion: true });
        for (const wait of waits) story.say((now += wait), { motion: true });
        const long = waits.filter((wait) => wait >= 180).length;
        expect(story.told.filter(({ signal }) => signal.type === 'raise')).toHaveLength(long);
        expect(story.told.filter(({ signal }) => signal.type === 'return')).toHaveLength(long);
        const late = story.told.filter(
          ({ at, signal }) => signal.type === 'raise' && at * 1_000 !== signal.reason.since - story.at(0) + 180_000,
        );
        expect(waking === 'on-time' ? late : []).toEqual([]);
      }),
    );
  });
});

describe('a hub stands for its children', () => {
  const child = (heartbeat: ReturnType<typeof minutes> | null = minutes(1)) => {
    const story = createStory(deviceOfflineRule, { heartbeat, hasHub: true });
    story.say(0, { temperature: 20 });
    return story;
  };
  const silent = 'raise technical alarm silent';

  test('a silent child is held back while its hub is away, and comes a heartbeat after the hub is back', () => {
    const story = child();
    story.hub(100, true);
    story.passTo(1_000);
    expect(story.lines()).toEqual([]);
    story.hub(1_010, false);
    story.passTo(2_000);
    expect(story.lines()).toEqual([`1070 ${silent}`]);
  });

  test('a child that speaks again after the hub is back was never lost', () => {
    const story = child();
    story.hub(100, true);
    story.hub(1_010, false);
    story.say(1_060, { temperature: 20 });
    story.passTo(1_200);
    expect(story.lines()).toEqual([]);
  });

  test('a child that is said to be gone is held back too', () => {
    const story = child(null);
    story.hub(100, true);
    story.say(101, { online: false });
    story.passTo(1_000);
    story.hub(1_005, false);
    story.passTo(2_000);
    expect(story.lines()).toEqual(['1065 raise technical alarm connection-lost']);
  });

  test('a quick child waits two minutes for the hub to be found missing', () => {
    const story = child(seconds(10));
    story.passTo(119);
    expect(story.lines()).toEqual([]);
    story.passTo(120);
    expect(story.lines()).toEqual([`120 ${silent}`]);
  });

  test('what was raised before the hub went stays, and is not said again', () => {
    const story = child();
    story.passTo(200);
    story.hub(300, true);
    story.hub(400, false);
    story.passTo(1_000);
    expect(story.lines()).toEqual([`180 ${silent}`]);
  });

  test('a hub is away from its goodbye on, and back with its next word', () => {
    const story = createStory(deviceOfflineRule, { heartbeat: minutes(1) });
    const standing = () => deviceOfflineRule.asHub?.(story.state());
    story.say(0, { online: true });
    expect(standing()).toEqual({ offline: false, backAt: null });
    story.say(10, { online: false });
    expect(standing()?.offline).toBe(true);
    story.say(40, { online: true });
    expect(standing()).toEqual({ offline: false, backAt: story.at(40) });
  });

  test('a state that an earlier version kept is read', () => {
    const { backAt: _, ...earlier } = deviceOfflineRule.initial;
    expect(deviceOfflineRule.stateSchema.parse(earlier)).toEqual(deviceOfflineRule.initial);
  });
});
