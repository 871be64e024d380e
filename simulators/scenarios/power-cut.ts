import type { Scenario } from './scenario.ts';
import { inTheDay, oneAlarm } from './scene.ts';

/** The street loses its power and has it back; every home signs in at once, and one in ten presses in the dark. */
export const powerCut: Scenario = {
  name: 'power-cut',
  text: {
    'zh-CN': '整条街停电 20 秒后恢复：全部重新登录，十分之一在停电时按了按钮',
    en: 'The whole street loses power for 20 s: all sign in again, one in ten pressed in the dark',
  },
  startsAt: null,
  durationSeconds: 60,
  script: (home, index, context) => {
    const presses = index % 10 === 0;
    return inTheDay(context, presses ? [{ afterSeconds: 15 + context.random.fork('press').between(0, 10), type: 'presses' }] : [], {
      faults: [{ type: 'power-cut', fromSeconds: 10, forSeconds: 20 }],
      expects: presses ? [oneAlarm(home, 'button')] : [],
    });
  },
};
