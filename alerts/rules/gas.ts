import { createHazardRule } from './hazard.ts';

/** Gas in the home: see {@link createHazardRule}. */
export const gasRule = createHazardRule({
  name: 'gas',
  priority: 'high',
  over: 'gas-gone',
  words: { 'zh-CN': '燃气', en: 'gas' },
  first: { 'zh-CN': '；先报 119 和燃气抢修', en: '; 119 and the gas emergency line come first' },
});
