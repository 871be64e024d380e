import { newsRed } from '../../domain/care-numbers/bed-numbers.ts';
import { createVitalRule } from './vital-sign.ts';

/** The heart rate outside this resident's limits: see {@link createVitalRule}. */
export const heartRateRule = createVitalRule({
  name: 'heart-rate',
  kind: 'heartRate',
  red: newsRed.heartRate,
  codes: { low: 'heart-rate-low', well: 'heart-rate-well', high: 'heart-rate-high' },
  words: { 'zh-CN': '心率', en: 'the heart rate' },
});
