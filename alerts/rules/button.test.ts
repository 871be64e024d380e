import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { residentStates } from '../../domain/home.ts';
import { buttonRule } from './button.ts';
import { createStory } from './story.ts';

const call = 'raise high alarm pressed';

describe('the emergency button', () => {
  test.each(residentStates)('calls at once when the resident is %s', (residentState) => {
    const story = createStory(buttonRule, { residentState });
    story.say(0, { button: 'press' });
    expect(story.lines()).toEqual([`0 ${call}`]);
    expect(story.told[0]?.signal.reason).toEqual({ code: 'pressed', device: 'd1', since: story.at(0), numbers: {} });
    expect(story.wakeAt()).toBeNull();
  });

  test('calls again for every further press', () => {
    const story = createStory(buttonRule);
    for (const second of [0, 5, 9, 3_600]) story.say(second, { button: 'press' }, { eventId: `e${second}` });
    expect(story.lines()).toEqual([`0 ${call}`, `5 ${call}`, `9 ${call}`, `3600 ${call}`]);
  });

  const cases: [name: string, presses: [second: number, device: string, eventId: string | null, deviceAt?: number][], callsAt: number[]][] =
    [
      [
        'three copies of one press without ids are one call',
        [
          [0, 'a', null],
          [0.05, 'a', null],
          [1.9, 'a', null],
        ],
        [0],
      ],
      [
        'a press just after the echo time is a new call',
        [
          [0, 'a', null],
          [2, 'a', null],
        ],
        [0, 2],
      ],
      [
        'the echo time does not slide while somebody keeps pressing',
        [
          [0, 'a', null],
          [1.5, 'a', null],
          [3, 'a', null],
          [4.5, 'a', null],
          [6, 'a', null],
        ],
        [0, 3, 6],
      ],
      [
        'two buttons pressed at once are two calls',
        [
          [0, 'a', null],
          [0.1, 'b', null],
        ],
        [0, 0.1],
      ],
      [
        'the same id from two buttons is two calls',
        [
          [0, 'a', '7'],
          [0.1, 'b', '7'],
        ],
        [0, 0.1],
      ],
      [
        'different ids in the same instant are two calls',
        [
          [0, 'a', '1'],
          [0, 'a', '2'],
        ],
        [0, 0],
      ],
      [
        'a copy by id within minutes is the same press',
        [
          [0, 'a', '1'],
          [300, 'a', '1'],
        ],
        [0],
      ],
      [
        'a copy without an id right after one with an id is an echo',
        [
          [0, 'a', '1'],
          [0.2, 'a', null],
        ],
        [0],
      ],
      [
        'an id right after a press without one is a new call',
        [
          [0, 'a', null],
          [0.2, 'a', '1'],
        ],
        [0, 0.2],
      ],
      [
        'a counter that begins anew does not lose a press',
        [
          [0, 'a', '1'],
          [600, 'a', '1'],
        ],
        [0, 600],
      ],
      [
        'a copy with the same device time is a copy however late',
        [
          [0, 'a', '1', 0],
          [7_200, 'a', '1', 0],
        ],
        [0],
      ],
      [
        'a clock that was set back does not lose a press',
        [
          [100, 'a', null],
          [99, 'a', null],
        ],
        [100, 99],
      ],
    ];
  test.each(cases)('%s', (_name, presses, callsAt) => {
    const story = createStory(buttonRule);
    for (const [second, device, eventId, deviceAt] of presses)
      story.say(second, { button: 'press' }, { device, eventId, deviceAt: deviceAt ?? null });
    expect(story.told.map(({ at }) => at)).toEqual(callsAt);
  });

  test('passes a cancel on, and a press right after it still calls', () => {
    const story = createStory(buttonRule);
    story.say(0, { button: 'press' });
    story.say(1, { button: 'cancel' });
    story.say(1.1, { button: 'cancel' });
    story.say(2.5, { button: 'press' });
    expect(story.lines()).toEqual([`0 ${call}`, '1 cancel press-cancelled', `2.5 ${call}`]);
  });

  test('an echo time of zero takes nothing for an echo', () => {
    const story = createStory(buttonRule, { numbers: { button: { echoSeconds: 0 } } });
    story.say(0, { button: 'press' });
    story.say(0, { button: 'press' });
    expect(story.lines()).toHaveLength(2);
  });

  test('never loses a press: each is a call, or follows a call from the same device by less than the echo time', () => {
    const press = fc.record({ gap: fc.integer({ min: 0, max: 6_000 }), device: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(fc.array(press, { maxLength: 80 }), (presses) => {
        const story = createStory(buttonRule);
        let now = 0;
        for (const { gap, device } of presses) {
          now += gap / 1_000;
          story.say(now, { button: 'press' }, { device });
          const earlier = story.told.filter(({ signal }) => signal.reason.device === device).at(-1);
          expect(earlier).toBeDefined();
          expect(now - (earlier?.at ?? -Infinity)).toBeLessThan(2);
        }
      }),
    );
  });

  test('every event id calls exactly once, however the copies are mixed', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        (ids, picks) => {
          const story = createStory(buttonRule);
          const copies = picks.map((pick) => ids[pick % ids.length]);
          for (const [i, id] of [...ids, ...copies].entries()) story.say(i, { button: 'press' }, { eventId: `${id}` });
          expect(story.told).toHaveLength(ids.length);
        },
      ),
    );
  });
});
