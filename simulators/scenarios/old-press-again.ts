import type { Scenario } from './scenario.ts';
import { inTheDay, oneAlarm } from './scene.ts';

/** A button sends its last press again, long after, with the same id: it is not a new call. */
export const oldPressAgain: Scenario = {
  name: 'old-press-again',
  text: {
    'zh-CN': '按钮重发旧的按压（编号相同）：仍是同一次呼叫',
    en: 'A button sends its old press again with the same id: still one call',
  },
  startsAt: null,
  durationSeconds: 120,
  script: (home, _index, context) =>
    inTheDay(context, [{ afterSeconds: context.random.fork('press').between(3, 20), type: 'presses' }], {
      faults: [
        { type: 'old-press-again', afterSeconds: 60 },
        { type: 'duplicates', probability: 0.3 },
      ],
      expects: [oneAlarm(home, 'button')],
    }),
};
