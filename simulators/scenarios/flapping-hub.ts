import type { Scenario } from './scenario.ts';
import { inTheDay, oneAlarm } from './scene.ts';

/** A bad line: the hub comes and goes, and a press falls into it. */
export const flappingHub: Scenario = {
  name: 'flapping-hub',
  text: {
    'zh-CN': '网关时断时续，其间有人按按钮：呼救不丢、不重',
    en: 'A hub that comes and goes, with a press in between: no call lost, none doubled',
  },
  startsAt: null,
  durationSeconds: 70,
  script: (home, _index, context) =>
    inTheDay(context, [{ afterSeconds: context.random.fork('press').between(8, 45), type: 'presses' }], {
      faults: [
        { type: 'flapping-link', fromSeconds: 5, toSeconds: 50, upSeconds: 3, downSeconds: 2 },
        { type: 'duplicates', probability: 0.2 },
        { type: 'reordering', withinSeconds: 2, probability: 0.1 },
      ],
      expects: [oneAlarm(home, 'button')],
    }),
};
