import type { Scenario } from './scenario.ts';
import { inTheDay } from './scene.ts';

/** Trips to the bathroom, turning over, the pad's frames: nothing that anybody must be told. */
export const quietNight: Scenario = {
  name: 'quiet-night',
  text: { 'zh-CN': '平静的一夜：起夜、翻身，不应有任何报警', en: 'A quiet night: trips to the bathroom, turning over, no alarm' },
  startsAt: '21:30',
  durationSeconds: 10 * 3_600,
  script: (_home, _index, context) => inTheDay(context, []),
};
