import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { residentStates } from '../../domain/home.ts';
import { outOfBedRule } from './out-of-bed.ts';
import { createStory, type StoryOptions } from './story.ts';

const pre = 'raise medium pre-alert out-of-bed-long';
const alarm = 'raise high alarm out-of-bed-too-long';
const back = 'return back-in-bed';
const minute = 60;

/** Minutes of wall clock in Shanghai on the evening of 10 January 2026. */
const from = (hour: number, at = 0): number => Date.UTC(2026, 0, 10, hour - 8, at);
/** A story in which somebody is asleep when it begins. */
const asleep = (options: StoryOptions = {}) => {
  const story = createStory(outOfBedRule, { start: from(22), ...options });
  story.say(0, { occupied: true });
  story.passTo(10);
  return story;
};

describe('out of bed at night', () => {
  test('is a pre-alert after 15 minutes and an alarm after 30, counted from the leaving', () => {
    const story = asleep();
    story.say(100, { occupied: false });
    story.passTo(100_000);
    expect(story.lines()).toEqual([`${100 + 15 * minute} ${pre}`, `${100 + 30 * minute} ${alarm}`]);
    expect(story.told[1]?.signal.reason).toEqual({
      code: 'out-of-bed-too-long',
      device: 'd1',
      since: story.at(100),
      numbers: { alarmMinutes: 30, nightFrom: '21:00', nightTo: '06:00' },
    });
  });

  const cases: [name: string, words: [second: number, occupied: boolean, device?: string][], expected: string[]][] = [
    [
      'for a short while is nothing',
      [
        [100, false],
        [900, true],
      ],
      [],
    ],
    [
      'is taken back by the return',
      [
        [100, false],
        [1_100, true],
      ],
      [`1000 ${pre}`, `1108 ${back}`],
    ],
    [
      'is taken back by the return after the alarm',
      [
        [100, false],
        [2_000, true],
      ],
      [`1000 ${pre}`, `1900 ${alarm}`, `2008 ${back}`],
    ],
    [
      'is not begun by a flicker of the pad',
      [
        [100, false],
        [107, true],
      ],
      [],
    ],
    [
      'is not ended by a flicker of the pad',
      [
        [100, false],
        [800, true],
        [805, false],
      ],
      [`1000 ${pre}`, `1900 ${alarm}`],
    ],
    [
      'is held back while the pad says occupied, and follows when it was a flicker',
      [
        [100, false],
        [995, true],
        [1_001, false],
      ],
      [`1001 ${pre}`, `1900 ${alarm}`],
    ],
    [
      'counts from the first of many words',
      [
        [100, false],
        [110, false],
        [500, false],
      ],
      [`1000 ${pre}`, `1900 ${alarm}`],
    ],
    [
      'twice in a night is told twice',
      [
        [100, false],
        [1_100, true],
        [2_000, false],
        [3_000, true],
      ],
      [`1000 ${pre}`, `1108 ${back}`, `2900 ${pre}`, `3008 ${back}`],
    ],
    [
      'is not taken back by another pad',
      [
        [100, false],
        [200, true, 'other'],
      ],
      [`1000 ${pre}`, `1900 ${alarm}`],
    ],
  ];
  test.each(cases)('%s', (_name, words, expected) => {
    const story = asleep();
    for (const [second, occupied, device] of words) story.say(second, { occupied }, device === undefined ? {} : { device });
    story.passTo(5_000);
    expect(story.lines()).toEqual(expected);
  });

  test('goes on when the pad falls silent or offline', () => {
    const story = asleep();
    story.say(100, { occupied: false });
    story.say(200, { online: false });
    story.passTo(5_000);
    expect(story.lines()).toEqual([`1000 ${pre}`, `1900 ${alarm}`]);
  });

  test('is not known without a word of the pad, nor from its first word that nobody is there', () => {
    const story = createStory(outOfBedRule, { start: from(22) });
    story.nudge(5_000);
    story.say(6_000, { occupied: false });
    story.passTo(20_000);
    expect(story.lines()).toEqual([]);
  });

  test('does not count a leaving before the night, however long it lasts', () => {
    const story = asleep({ start: from(20) });
    story.say(3_590, { occupied: false });
    story.passTo(40_000);
    expect(story.lines()).toEqual([]);
  });

  test('counts a leaving in the very second in which the night begins', () => {
    const story = asleep({ start: from(20) });
    story.say(3_600, { occupied: false });
    story.passTo(10_000);
    expect(story.lines()).toEqual([`4500 ${pre}`, `5400 ${alarm}`]);
  });

  test.each([
    ['nothing has been raised: nothing is', 50, []],
    ['the pre-alert has been raised: it stays until the return and becomes no alarm', 40, [`3300 ${pre}`, `20008 ${back}`]],
    ['the alarm has been raised: it stays until the return', 20, [`2100 ${pre}`, `3000 ${alarm}`, `20008 ${back}`]],
  ])('when the night ends and %s', (_name, leftAtMinute, expected) => {
    const story = asleep({ start: from(29) });
    story.say(leftAtMinute * minute, { occupied: false });
    story.passTo(19_000);
    story.say(20_000, { occupied: true });
    story.passTo(30_000);
    expect(story.lines()).toEqual(expected);
  });

  test('counts the next night again after the day', () => {
    const story = asleep({ start: from(29) });
    story.say(50 * minute, { occupied: false });
    story.say(16 * 3_600, { occupied: true });
    story.say(18 * 3_600, { occupied: false });
    story.passTo(20 * 3_600);
    expect(story.lines()).toEqual([`${18 * 3_600 + 900} ${pre}`, `${18 * 3_600 + 1_800} ${alarm}`]);
  });

  test.each(residentStates.filter((value) => value !== 'at-home'))('is not raised while the resident is %s', (residentState) => {
    const story = asleep({ residentState });
    story.say(100, { occupied: false });
    story.passTo(30_000);
    expect(story.lines()).toEqual([]);
  });

  test('is not raised where it is switched off', () => {
    const story = asleep({ numbers: { outOfBed: { enabled: false } } });
    story.say(100, { occupied: false });
    story.passTo(30_000);
    expect(story.lines()).toEqual([]);
  });

  test('is raised within a full wait after the visitor has gone', () => {
    const story = asleep();
    story.resident('visitor-present');
    story.say(0, { occupied: false });
    story.passTo(3_000);
    story.resident('at-home');
    story.passTo(10_000);
    expect(story.lines()).toEqual([`3600 ${pre}`, `4500 ${alarm}`]);
  });

  test('is taken back by the return although a visitor is there by now', () => {
    const story = asleep();
    story.say(100, { occupied: false });
    story.passTo(1_000);
    story.resident('visitor-present');
    story.say(1_100, { occupied: true });
    story.passTo(2_000);
    expect(story.lines()).toEqual([`1000 ${pre}`, `1108 ${back}`]);
  });

  test('is raised late when the gateway was down, though the night is over by then', () => {
    const story = asleep({ start: from(29), waking: 'late' });
    story.say(10 * minute, { occupied: false });
    story.deaf(20 * minute, 100 * minute);
    expect(story.lines()).toEqual([]);
    story.passTo(100 * minute);
    expect(story.lines()).toEqual([`6000 ${pre}`, `6000 ${alarm}`]);
    expect(story.told[0]?.signal.reason.since).toBe(story.at(10 * minute));
  });

  test('has no pre-alert when both come at the same minute', () => {
    const story = asleep({ numbers: { outOfBed: { preAlertMinutes: 20, alarmMinutes: 20 } } });
    story.say(100, { occupied: false });
    story.passTo(5_000);
    expect(story.lines()).toEqual([`1300 ${alarm}`]);
  });

  test('counts real minutes over a change of the clocks', () => {
    const story = asleep({ timeZone: 'Europe/Berlin', start: Date.UTC(2026, 2, 29, 0, 50) });
    story.say(100, { occupied: false });
    story.passTo(5_000);
    expect(story.lines()).toEqual([`1000 ${pre}`, `1900 ${alarm}`]);
  });

  test('is over at the pad that replaces a broken one', () => {
    const story = asleep();
    story.say(100, { occupied: false });
    story.passTo(20 * 3_600);
    story.say(20 * 3_600, { occupied: true }, { device: 'new-pad' });
    story.passTo(20 * 3_600 + 8);
    expect(story.lines().at(-1)).toBe(`${20 * 3_600 + 8} ${back}`);
  });

  const words = fc.array(
    fc.record({ gap: fc.integer({ min: 0, max: 1_500_000 }), occupied: fc.boolean(), device: fc.constantFrom('a', 'a', 'a', 'b') }),
    { maxLength: 60 },
  );
  test('gives the same signals however often and however late it is woken', () => {
    fc.assert(
      fc.property(words, (steps) => {
        const play = (waking: 'on-time' | 'late', nudged: boolean) => {
          const story = createStory(outOfBedRule, { start: from(22), waking });
          let now = 0;
          for (const { gap, occupied, device } of steps) {
            if (nudged) story.nudge(now + gap / 2_000);
            now += gap / 1_000;
            story.say(now, { occupied }, { device });
          }
          story.passTo(now + 10_000);
          return story.told.map(({ signal }) => signal);
        };
        const onTime = play('on-time', false);
        expect(play('late', false)).toEqual(onTime);
        expect(play('on-time', true)).toEqual(onTime);
      }),
    );
  });

  test('returns only what it has raised, and raises alarms only after their pre-alerts', () => {
    fc.assert(
      fc.property(words, (steps) => {
        const story = createStory(outOfBedRule, { start: from(22) });
        let now = 0;
        for (const { gap, occupied, device } of steps) story.say((now += gap / 1_000), { occupied }, { device });
        const order = story.told.map(({ signal }) => (signal.type === 'raise' ? signal.stage : signal.type)).join(' ');
        expect(order).toMatch(/^(?:pre-alert (?:alarm )?return ?)*(?:pre-alert(?: alarm)?)?$/);
      }),
    );
  });
});
