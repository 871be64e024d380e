import { describe, expect, test } from 'vitest';
import { residentStates } from '../../domain/home.ts';
import type { Facts } from '../../domain/reading.ts';
import { fallRule } from './fall.ts';
import { createStory } from './story.ts';

const suspected = 'raise high pre-alert fall-suspected';
const notCancelled = 'raise high alarm fall-not-cancelled';
const confirmed = 'raise high alarm fall-confirmed';
const again = 'raise high alarm fall-suspected-again';
const pressed = 'raise high alarm fall-and-pressed';
const cancelled = 'cancel fall-cancelled';
const longLie = 'raise high alarm long-lie';

type Step = [second: number, facts: Facts, from?: { device?: string; eventId?: string }];
const sus: Facts = { fall: 'suspected' };
const con: Facts = { fall: 'confirmed' };
const clr: Facts = { fall: 'cleared' };
const can: Facts = { fall: 'cancel' };

describe('a fall', () => {
  const cases: [name: string, steps: Step[], until: number, expected: string[]][] = [
    ['that is suspected and not taken back becomes an alarm', [[0, sus]], 60, [`0 ${suspected}`, `30 ${notCancelled}`]],
    [
      'taken back in the window is taken back',
      [
        [0, sus],
        [29.9, can],
      ],
      8_000,
      [`0 ${suspected}`, `29.9 ${cancelled}`],
    ],
    [
      'taken back too late is an alarm, and the cancel is passed on',
      [
        [0, sus],
        [30, can],
      ],
      60,
      [`0 ${suspected}`, `30 ${notCancelled}`, `30 ${cancelled}`],
    ],
    ['confirmed by the sensor is an alarm at once', [[0, con]], 60, [`0 ${confirmed}`]],
    [
      'confirmed in the window does not wait for its end',
      [
        [0, sus],
        [5, con],
      ],
      60,
      [`0 ${suspected}`, `5 ${confirmed}`],
    ],
    [
      'with a press in the window does not wait',
      [
        [0, sus],
        [5, { button: 'press' }],
      ],
      60,
      [`0 ${suspected}`, `5 ${pressed}`],
    ],
    [
      'is not taken back by a cancel at the button',
      [
        [0, sus],
        [5, { button: 'cancel' }],
      ],
      60,
      [`0 ${suspected}`, `30 ${notCancelled}`],
    ],
    [
      'suspected by a second sensor is confirmed',
      [
        [0, sus],
        [5, sus, { device: 'd2' }],
      ],
      60,
      [`0 ${suspected}`, `5 ${again}`],
    ],
    [
      'suspected with a new event id is confirmed',
      [
        [0, sus, { eventId: '1' }],
        [5, sus, { eventId: '2' }],
      ],
      60,
      [`0 ${suspected}`, `5 ${again}`],
    ],
    [
      'suspected once more with the same event id is not',
      [
        [0, sus, { eventId: '1' }],
        [5, sus, { eventId: '1' }],
      ],
      60,
      [`0 ${suspected}`, `30 ${notCancelled}`],
    ],
    [
      'that the sensor goes on suspecting is one suspicion',
      [
        [0, sus],
        [10, sus],
        [20, sus],
        [40, sus],
      ],
      90,
      [`0 ${suspected}`, `30 ${notCancelled}`],
    ],
    [
      'suspected again after an all-clear is confirmed',
      [
        [0, sus],
        [5, clr],
        [10, sus],
      ],
      60,
      [`0 ${suspected}`, `10 ${again}`],
    ],
    [
      'is not taken back by an all-clear',
      [
        [0, sus],
        [5, clr],
      ],
      60,
      [`0 ${suspected}`, `30 ${notCancelled}`],
    ],
    ['that a radar repeats every 10 s calls once', Array.from({ length: 60 }, (_, i): Step => [i * 10, con]), 600, [`0 ${confirmed}`]],
    [
      'that a radar repeats with running ids calls once',
      Array.from({ length: 60 }, (_, i): Step => [i * 10, con, { eventId: `${i}` }]),
      600,
      [`0 ${confirmed}`],
    ],
    [
      'after an all-clear is a second fall',
      [
        [0, con],
        [20, clr],
        [40, con],
      ],
      60,
      [`0 ${confirmed}`, `40 ${confirmed}`],
    ],
    [
      'from a one-shot sensor with a new id is a second fall',
      [
        [0, con, { eventId: '1' }],
        [60, con, { eventId: '2' }],
      ],
      90,
      [`0 ${confirmed}`, `60 ${confirmed}`],
    ],
    [
      'from a one-shot sensor without ids is a second fall',
      [
        [0, con],
        [60, con],
      ],
      90,
      [`0 ${confirmed}`, `60 ${confirmed}`],
    ],
    [
      'repeated slowly by a radar that gives all-clears is the same',
      [
        [0, clr],
        [10, con],
        [300, con],
      ],
      400,
      [`10 ${confirmed}`],
    ],
    [
      'is a second one when an all-clear was lost long ago',
      [
        [0, clr],
        [10, con],
        [610, con],
      ],
      700,
      [`10 ${confirmed}`, `610 ${confirmed}`],
    ],
    [
      'with a new id is a second one though its sensor can give all-clears',
      [
        [0, clr],
        [10, con, { eventId: '1' }],
        [100, con, { eventId: '2' }],
      ],
      200,
      [`10 ${confirmed}`, `100 ${confirmed}`],
    ],
    [
      'reported by pendant and radar is one fall',
      [
        [0, con],
        [4, con, { device: 'radar' }],
      ],
      60,
      [`0 ${confirmed}`],
    ],
    [
      'reported by pendant and radar, and by the radar again after its all-clear, is two falls',
      [
        [0, con],
        [4, con, { device: 'radar' }],
        [10, clr, { device: 'radar' }],
        [20, con, { device: 'radar' }],
      ],
      60,
      [`0 ${confirmed}`, `20 ${confirmed}`],
    ],
    [
      'reported by another sensor later is another fall',
      [
        [0, con],
        [70, con, { device: 'radar' }],
      ],
      90,
      [`0 ${confirmed}`, `70 ${confirmed}`],
    ],
    [
      'confirmed after it was taken back is an alarm',
      [
        [0, sus],
        [5, can],
        [8, con],
      ],
      60,
      [`0 ${suspected}`, `5 ${cancelled}`, `8 ${confirmed}`],
    ],
    [
      'suspected anew after it was taken back has a new window',
      [
        [0, sus],
        [5, can],
        [8, sus],
      ],
      60,
      [`0 ${suspected}`, `5 ${cancelled}`, `8 ${suspected}`, `38 ${notCancelled}`],
    ],
    [
      'that the radar still suspects after the pendant took it back stays taken back',
      [
        [0, sus, { device: 'radar' }],
        [5, can],
        [10, sus, { device: 'radar' }],
      ],
      60,
      [`0 ${suspected}`, `5 ${cancelled}`],
    ],
    [
      'whose message is sent again after a restart is no second fall',
      [
        [0, con, { eventId: '1' }],
        [90, con, { eventId: '1' }],
      ],
      100,
      [`0 ${confirmed}`],
    ],
    ['is a long lie after an hour without a sign of having got up', [[0, con]], 9_000, [`0 ${confirmed}`, `3600 ${longLie}`]],
    [
      'that was only suspected is a long lie counted from its first sign',
      [[0, sus]],
      9_000,
      [`0 ${suspected}`, `30 ${notCancelled}`, `3600 ${longLie}`],
    ],
    [
      'is no long lie when the bed is occupied again',
      [
        [0, con],
        [600, { occupied: true }],
      ],
      9_000,
      [`0 ${confirmed}`],
    ],
    [
      'is a long lie when the pad only held its last word',
      [
        [0, con],
        [59, { occupied: true }],
      ],
      9_000,
      [`0 ${confirmed}`, `3600 ${longLie}`],
    ],
    [
      'is a long lie though something moved in the room',
      [
        [0, con],
        [600, { motion: true, presence: true }],
      ],
      9_000,
      [`0 ${confirmed}`, `3600 ${longLie}`],
    ],
    [
      'is no long lie after the all-clear of its sensor',
      [
        [0, con],
        [600, clr],
      ],
      9_000,
      [`0 ${confirmed}`],
    ],
    [
      'is a long lie when only one of two sensors gives its all-clear',
      [
        [0, con],
        [5, con, { device: 'radar' }],
        [600, clr, { device: 'radar' }],
      ],
      9_000,
      [`0 ${confirmed}`, `3600 ${longLie}`],
    ],
    [
      'is a long lie when a radar elsewhere sees nobody fallen',
      [
        [0, con],
        [600, clr, { device: 'radar' }],
      ],
      9_000,
      [`0 ${confirmed}`, `3600 ${longLie}`],
    ],
    [
      'is a long lie though it was cancelled late: that can be done lying down',
      [
        [0, con],
        [600, can],
      ],
      9_000,
      [`0 ${confirmed}`, `600 ${cancelled}`, `3600 ${longLie}`],
    ],
    [
      'that was taken back in time is no long lie',
      [
        [0, sus],
        [10, can],
      ],
      9_000,
      [`0 ${suspected}`, `10 ${cancelled}`],
    ],
  ];
  test.each(cases)('%s', (_name, steps, until, expected) => {
    const story = createStory(fallRule);
    for (const [second, facts, from] of steps) story.say(second, facts, from);
    story.passTo(until);
    expect(story.lines()).toEqual(expected);
  });

  test.each(residentStates)('calls when the resident is %s', (residentState) => {
    const story = createStory(fallRule, { residentState });
    story.say(0, con);
    expect(story.lines()).toEqual([`0 ${confirmed}`]);
  });

  test('without a window for taking it back is an alarm at once', () => {
    const story = createStory(fallRule, { numbers: { fall: { localCancelSeconds: 0 } } });
    story.say(0, sus);
    expect(story.lines()).toEqual([`0 ${notCancelled}`]);
  });

  test('noticed late is signalled with its true beginning, and the deafness itself fires nothing', () => {
    const story = createStory(fallRule, { waking: 'late' });
    story.say(0, sus);
    story.deaf(1, 500);
    expect(story.lines()).toEqual([`0 ${suspected}`]);
    expect(story.wakeAt()).toBe(30);
    story.passTo(500);
    expect(story.lines()).toEqual([`0 ${suspected}`, `500 ${notCancelled}`]);
    expect(story.told[1]?.signal.reason).toEqual({
      code: 'fall-not-cancelled',
      device: 'd1',
      since: story.at(0),
      numbers: { localCancelSeconds: 30 },
    });
  });
});
