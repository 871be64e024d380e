import { createHazardRule } from './hazard.ts';

/** Smoke in the home: see {@link createHazardRule}. */
export const smokeRule = createHazardRule({
  name: 'smoke',
  priority: 'high',
  over: 'smoke-gone',
  words: { 'zh-CN': '烟雾', en: 'smoke' },
  first: { 'zh-CN': '；先报火警 119', en: '; the fire service (119) comes first' },
});
