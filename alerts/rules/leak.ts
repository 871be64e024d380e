import { createHazardRule } from './hazard.ts';

/** Leak in the home: see {@link createHazardRule}. */
export const leakRule = createHazardRule({
  name: 'leak',
  priority: 'medium',
  over: 'leak-gone',
  words: { 'zh-CN': '漏水', en: 'water' },
  first: { 'zh-CN': '', en: '' },
});
