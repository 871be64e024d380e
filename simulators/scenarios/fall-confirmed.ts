import type { Scenario } from './scenario.ts';
import { inTheDay, oneAlarm } from './scene.ts';

/** A fall is suspected, and the sensor confirms it. */
export const fallConfirmed: Scenario = {
  name: 'fall-confirmed',
  text: { 'zh-CN': '跌倒并被确认：每家一个跌倒报警', en: 'A fall that the sensor confirms: one fall alarm for each home' },
  startsAt: null,
  durationSeconds: 45,
  script: (home, _index, context) => {
    const fall = context.random.fork('fall').between(3, 15);
    return inTheDay(
      context,
      [
        { afterSeconds: fall, type: 'falls' },
        { afterSeconds: fall + 15, type: 'stays-down' },
      ],
      { expects: [oneAlarm(home, 'fall')] },
    );
  },
};
