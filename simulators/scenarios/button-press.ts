import type { Scenario } from './scenario.ts';
import { inTheDay, oneAlarm } from './scene.ts';

/** Every home presses its button once. */
export const buttonPress: Scenario = {
  name: 'button-press',
  text: { 'zh-CN': '每家按一次求助按钮：每家一个报警', en: 'Every home presses its button once: one alarm for each' },
  startsAt: null,
  durationSeconds: 30,
  script: (home, _index, context) =>
    inTheDay(context, [{ afterSeconds: context.random.fork('press').between(3, 25), type: 'presses' }], {
      expects: [oneAlarm(home, 'button')],
    }),
};
