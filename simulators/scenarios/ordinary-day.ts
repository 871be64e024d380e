import type { Scenario } from './scenario.ts';
import { inTheDay } from './scene.ts';

/** A day in the life from now on. */
export const ordinaryDay: Scenario = {
  name: 'ordinary-day',
  text: { 'zh-CN': '普通的一天：从现在起照常生活，不应有呼救', en: 'An ordinary day from now on: nobody calls for help' },
  startsAt: null,
  durationSeconds: 24 * 3_600,
  script: (_home, _index, context) => inTheDay(context, []),
};
