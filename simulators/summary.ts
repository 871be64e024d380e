import type { Language } from '../domain/language.ts';
import type { Comparison } from './comparison.ts';
import type { Street } from './street.ts';

const most = 20;

const words = {
  'zh-CN': {
    connected: (s: Street) => `登录 ${s.tally.connects} 次，被拒 ${s.tally.refused} 次，连不上 ${s.tally.unreachable} 次`,
    sent: (s: Street) => `发出消息 ${s.tally.published} 条，已确认 ${s.tally.acknowledged} 条，随断线丢失的遥测 ${s.tally.lost} 条`,
    calls: (c: Comparison) => `呼救 ${c.callsSent} 次，网关已确认 ${c.callsAcknowledged} 次`,
    raised: (c: Comparison) => `网关产生报警 ${c.alarmsRaised} 个`,
    lost: '已确认却没有报警（承诺被打破）',
    missing: '与预期不符',
    unexpected: '无人呼救却有报警',
    well: '与预期完全一致',
    notAsked: '未查询网关（加 --api 与 --token-file 可核对报警）',
    expected: (n: number) => `本场景预期报警 ${n} 组`,
  },
  en: {
    connected: (s: Street) => `${s.tally.connects} sign-ins, ${s.tally.refused} refused, ${s.tally.unreachable} found nobody`,
    sent: (s: Street) =>
      `${s.tally.published} messages sent, ${s.tally.acknowledged} acknowledged, ${s.tally.lost} of telemetry lost with a line`,
    calls: (c: Comparison) => `${c.callsSent} calls for help, ${c.callsAcknowledged} acknowledged by the gateway`,
    raised: (c: Comparison) => `${c.alarmsRaised} alarms raised`,
    lost: 'Acknowledged and no alarm (the promise is broken)',
    missing: 'Not as expected',
    unexpected: 'An alarm that nobody called for',
    well: 'All as expected',
    notAsked: 'The gateway was not asked (give --api and --token-file to compare)',
    expected: (n: number) => `${n} sets of alarms expected from this scenario`,
  },
} as const;

/** What a person reads at the end: what was sent, and what was raised when the gateway was asked. */
export const summaryText = (street: Street, comparison: Comparison, asked: boolean, language: Language): string => {
  const w = words[language];
  const lines: string[] = [w.connected(street), w.sent(street), w.calls(comparison)];
  if (!asked) return [...lines, w.expected(street.expects.length), w.notAsked].join('\n');
  lines.push(w.raised(comparison));
  for (const kind of ['lost', 'missing', 'unexpected'] as const) {
    const list = comparison[kind];
    if (list.length === 0) continue;
    lines.push(`${w[kind]}: ${list.length}`);
    for (const item of list.slice(0, most)) lines.push(`  ${item.home} ${item.rule}: ${item.wanted} → ${item.found}`);
  }
  if (comparison.lost.length + comparison.missing.length + comparison.unexpected.length === 0) lines.push(w.well);
  return lines.join('\n');
};
