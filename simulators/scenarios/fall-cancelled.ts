import type { Scenario } from './scenario.ts';
import { inTheDay, oneAlarm } from './scene.ts';

/**
 * A fall is suspected, and the wearer takes it back within the time allowed: a pre-alert that comes to nothing. A radar on a Zigbee bridge
 * cannot be told so; its all-clear takes nothing back, and there it becomes an alarm.
 */
export const fallCancelled: Scenario = {
  name: 'fall-cancelled',
  text: { 'zh-CN': '疑似跌倒，本人在时限内取消', en: 'A suspected fall, taken back by the resident in time' },
  startsAt: null,
  durationSeconds: 60,
  script: (home, _index, context) => {
    const fall = context.random.fork('fall').between(3, 15);
    return inTheDay(
      context,
      [
        { afterSeconds: fall, type: 'falls' },
        { afterSeconds: fall + 12, type: 'cancels-fall' },
      ],
      {
        expects: [
          home.dialect === 'zigbee2mqtt'
            ? oneAlarm(home, 'fall')
            : { home: home.id, rule: 'fall', stage: 'pre-alert', alarms: 1, calls: 1 },
        ],
      },
    );
  },
};
