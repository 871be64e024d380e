import type { standings } from '../../domain/explanation.ts';
import type { Language } from '../../domain/language.ts';

interface PastWords {
  readonly replay: string;
  readonly replayFile: string;
  readonly profile: string;
  readonly numbers: string;
  readonly zone: string;
  readonly why: string;
  readonly at: string;
  readonly days: string;
  readonly shadow: string;
  readonly needWhat: string;
  readonly badTime: (text: string) => string;
  readonly progress: (readings: number, clock: string) => string;
  readonly lookedAt: (clock: string, readings: number) => string;
  readonly open: (rule: string, clock: string) => string;
  readonly standing: Readonly<Record<(typeof standings)[number], string>>;
}

/** What the commands about the past say. */
export const pastWords: Readonly<Record<Language, PastWords>> = {
  'zh-CN': {
    replay: '用现行数字、另一个方案或另外的数字回放一张床的历史，看会有哪些报警；也可回放文件（不需要网关）',
    replayFile: '读数文件：.jsonl 或 .csv；--ordonez 为 UCI 的 ADL 传感器文本',
    profile: '换成这个照护方案',
    numbers: '数字的 JSON 文件，或整个照护方案；优先于其他数字',
    zone: '文件的时区',
    why: '为什么报警，为什么不报警：每条规则在那一刻的情况',
    at: '时刻，如 2026-05-01T03:10:00+08:00（默认现在）',
    days: '往前看几天（默认 8）',
    shadow: '影子方案会报的和实际报的，对照着看',
    needWhat: '请指定 --bed、--from、--to，或 --file、--ordonez。',
    badTime: (text) => `“${text}”不是时间；请写成 2026-05-01T03:10:00+08:00 这样。`,
    progress: (readings, clock) => `已回放 ${readings} 条，到 ${clock}`,
    lookedAt: (clock, readings) => `从 ${clock} 看起，共 ${readings} 条读数。`,
    open: (rule, clock) => `未结束的报警：${rule}，${clock} 起`,
    standing: { off: '未启用', quiet: '静默', unheard: '没有读数', calm: '平静', waiting: '在等', raised: '已报警' },
  },
  en: {
    replay: "replay a bed's history with the numbers in force, another profile or other numbers; or a file, without a gateway",
    replayFile: 'file of readings: .jsonl or .csv; --ordonez for the sensor text of the UCI ADL data',
    profile: 'this care profile instead',
    numbers: 'JSON file of numbers, or a whole care profile; they win over all others',
    zone: 'time zone of the file',
    why: 'why this alarm, or why none: how every rule stood then',
    at: 'instant, like 2026-05-01T03:10:00+08:00 (default: now)',
    days: 'how many days to look back (default 8)',
    shadow: 'what a profile in shadow would have raised, beside what was raised',
    needWhat: 'Say --bed, --from and --to, or --file, or --ordonez.',
    badTime: (text) => `"${text}" is no time; write it like 2026-05-01T03:10:00+08:00.`,
    progress: (readings, clock) => `${readings} readings replayed, up to ${clock}`,
    lookedAt: (clock, readings) => `Looked from ${clock} on, at ${readings} readings.`,
    open: (rule, clock) => `Open alarm: ${rule}, since ${clock}`,
    standing: { off: 'off', quiet: 'quieted', unheard: 'no reading', calm: 'calm', waiting: 'waiting', raised: 'raised' },
  },
};
