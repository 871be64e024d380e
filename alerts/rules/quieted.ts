import type { RuleContext } from './rule.ts';

/**
 * The resident is known to be elsewhere, or somebody is there and looks. It quiets rules that reason from inactivity, and no others. The
 * state ends by itself at its `until`: the context says `at-home` from then on.
 */
export const isQuieted = (context: RuleContext): boolean => context.residentState !== 'at-home';
