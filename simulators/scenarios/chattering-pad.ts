import type { Scenario } from './scenario.ts';
import { inTheDay, oneAlarm } from './scene.ts';

/** A pad that repeats itself ten times a second, with a wrong clock, must not drown the press next to it. */
export const chatteringPad: Scenario = {
  name: 'chattering-pad',
  text: {
    'zh-CN': '床垫传感器不停重复、时钟错误：不得淹没同屋的求助',
    en: 'A pad that chatters with a wrong clock: the press beside it still gets through',
  },
  startsAt: null,
  durationSeconds: 40,
  script: (home, _index, context) =>
    inTheDay(context, [{ afterSeconds: context.random.fork('press').between(10, 25), type: 'presses' }], {
      faults: [
        { type: 'chatter', role: 'bed', fromSeconds: 2, forSeconds: 30, perSecond: 10 },
        { type: 'wrong-clock', role: 'bed', bySeconds: -8 * 3_600 },
        { type: 'wrong-clock', role: 'button', bySeconds: 3 * 86_400 },
      ],
      expects: [oneAlarm(home, 'button')],
    }),
};
