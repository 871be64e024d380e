import type { Scenario } from './scenario.ts';
import { inBed, oneAlarm } from './scene.ts';

/** A fall, and nobody gets up again for longer than an hour (the long lie of BMJ 2008;337:a2227). */
export const longLie: Scenario = {
  name: 'long-lie',
  text: { 'zh-CN': '跌倒后一小时仍未起身：长时间倒地', en: 'A fall, and still on the floor an hour later: a long lie' },
  startsAt: null,
  durationSeconds: 65 * 60,
  script: (home, _index, context) =>
    inBed(
      context,
      [
        { afterSeconds: 2, type: 'gets-up' },
        { afterSeconds: 10, type: 'falls' },
        { afterSeconds: 40, type: 'stays-down' },
      ],
      { expects: [oneAlarm(home, 'fall')] },
    ),
};
