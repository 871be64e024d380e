import { newsRed } from '../../domain/care-numbers/bed-numbers.ts';
import { createVitalRule } from './vital-sign.ts';

/** The breathing rate outside this resident's limits: see {@link createVitalRule}. */
export const breathingRateRule = createVitalRule({
  name: 'breathing-rate',
  kind: 'breathingRate',
  red: newsRed.breathingRate,
  codes: { low: 'breathing-low', well: 'breathing-well', high: 'breathing-high' },
  words: { 'zh-CN': '呼吸', en: 'the breathing rate' },
});
