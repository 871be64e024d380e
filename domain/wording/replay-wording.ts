import { priorities, type Priority } from '../alarm.ts';
import type { Instant } from '../instant.ts';
import type { Language } from '../language.ts';
import type { AlarmFigures, ReplayAlarm, ReplayReport } from '../replay.ts';
import { ruleWording } from './rule-wording.ts';

interface Words {
  readonly span: (from: string, to: string, readings: number, seconds: string, speed: string) => string;
  readonly would: string;
  readonly real: string;
  readonly figures: (alarms: number, beyondPreAlert: number, aBedADay: string) => string;
  readonly byRule: string;
  readonly byHour: string;
  readonly compared: (both: number, onlyWould: number, onlyReal: number) => string;
  readonly preAlert: string;
  readonly priority: Readonly<Record<Priority, string>>;
  readonly truncated: string;
  readonly tooLate: (count: number) => string;
  readonly remark: (line: number, text: string) => string;
  readonly until: (clock: string) => string;
}

const words: Readonly<Record<Language, Words>> = {
  'zh-CN': {
    span: (from, to, readings, seconds, speed) => `${from} 至 ${to}：${readings} 条读数，用时 ${seconds} 秒（每秒 ${speed} 条）`,
    would: '会有的报警',
    real: '实际的报警',
    figures: (alarms, beyond, aBedADay) => `${alarms} 个，其中 ${beyond} 个超出预警；每床每天 ${aBedADay} 个`,
    byRule: '按规则',
    byHour: '按钟点',
    compared: (both, onlyWould, onlyReal) => `两边都有 ${both} 个，只在回放中 ${onlyWould} 个，只在实际中 ${onlyReal} 个`,
    preAlert: '预警',
    priority: { high: '紧急', medium: '注意', low: '当日', technical: '设备' },
    truncated: '（只列出前面的）',
    tooLate: (count) => `${count} 条读数来得太晚，没有用上`,
    remark: (line, text) => `第 ${line} 行：${text}`,
    until: (clock) => `${clock} 恢复`,
  },
  en: {
    span: (from, to, readings, seconds, speed) => `${from} to ${to}: ${readings} readings in ${seconds} s (${speed} a second)`,
    would: 'Alarms that would have been raised',
    real: 'Alarms that were raised',
    figures: (alarms, beyond, aBedADay) => `${alarms}, ${beyond} of them more than a pre-alert; ${aBedADay} a bed a day`,
    byRule: 'by rule',
    byHour: 'by hour',
    compared: (both, onlyWould, onlyReal) => `in both ${both}, only in the replay ${onlyWould}, only in fact ${onlyReal}`,
    preAlert: 'pre-alert',
    priority: { high: 'high', medium: 'medium', low: 'low', technical: 'technical' },
    truncated: '(only the first are listed)',
    tooLate: (count) => `${count} readings came too late and were left out`,
    remark: (line, text) => `line ${line}: ${text}`,
    until: (clock) => `over at ${clock}`,
  },
};

const figureLines = (figures: AlarmFigures, language: Language): string[] => {
  const said = words[language];
  const rules = Object.entries(figures.byRule).toSorted((a, b) => b[1] - a[1]);
  const named = rules.map(([rule, count]) => `${ruleWording[language][rule as ReplayAlarm['rule']]} ${count}`);
  const urgent = priorities.filter((priority) => figures.byPriority[priority] > 0);
  const hours = figures.byHour.flatMap((count, hour) => (count === 0 ? [] : [`${String(hour).padStart(2, '0')}h ${count}`]));
  return [
    `  ${said.figures(figures.alarms, figures.beyondPreAlert, figures.aBedADay.toFixed(2))}`,
    ...(named.length === 0 ? [] : [`  ${said.byRule}: ${named.join(', ')}`]),
    ...(urgent.length === 0
      ? []
      : [`  ${urgent.map((priority) => `${said.priority[priority]} ${figures.byPriority[priority]}`).join(', ')}`]),
    ...(hours.length === 0 ? [] : [`  ${said.byHour}: ${hours.join(', ')}`]),
  ];
};

/** A report of a replay, line by line, for a terminal. */
export const wordReport = (report: ReplayReport, language: Language): string[] => {
  const said = words[language];
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: report.timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const clock = (at: Instant): string => format.format(at);
  const alarmLine = ({ rule, stage, priority, raisedAt, raises, overAt }: ReplayAlarm): string =>
    [
      `    ${clock(raisedAt)}`,
      ruleWording[language][rule],
      stage === 'pre-alert' ? said.preAlert : said.priority[priority],
      raises.map(({ reason }) => reason.code).join(' → '),
      ...(overAt === null ? [] : [said.until(clock(overAt))]),
    ].join('  ');
  const section = (title: string, { figures, alarms, truncated }: ReplayReport['would']): string[] => [
    title,
    ...figureLines(figures, language),
    ...alarms.map(alarmLine),
    ...(truncated ? [`    ${said.truncated}`] : []),
  ];
  const { comparison, real, tooLate } = report;
  const seconds = report.tookMs / 1_000;
  const speed = seconds === 0 ? '' : Math.round(report.readings / seconds).toLocaleString('en');
  return [
    said.span(clock(report.from), clock(report.to), report.readings, seconds.toFixed(2), speed),
    ...report.remarks.map(({ line, text }) => said.remark(line, text[language])),
    ...(tooLate === 0 ? [] : [said.tooLate(tooLate)]),
    ...section(said.would, report.would),
    ...(real === null ? [] : section(said.real, real)),
    ...(comparison === null ? [] : [said.compared(comparison.both, comparison.onlyWould.length, comparison.onlyReal.length)]),
  ];
};
