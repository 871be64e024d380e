import type { Scenario } from './scenario.ts';
import { inBed, oneAlarm } from './scene.ts';

const awaySeconds = 33 * 60;

/**
 * Out of bed at night and not back. Half an hour must pass on the gateway's clock, during its night (21:00–06:00), so it expects an alarm
 * only at a speed that leaves it that time.
 */
export const outOfBed: Scenario = {
  name: 'out-of-bed',
  text: { 'zh-CN': '夜间离床 33 分钟未归：离床报警', en: 'Out of bed at night for 33 minutes: an out-of-bed alarm' },
  startsAt: '22:30',
  durationSeconds: 5 + awaySeconds + 60,
  script: (home, _index, context) =>
    inBed(context, [{ afterSeconds: 5, type: 'gets-up' }], {
      expects: awaySeconds / context.speed > 30 * 60 + 10 ? [oneAlarm(home, 'out-of-bed')] : [],
    }),
};
