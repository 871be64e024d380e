import type { ExplanationPoint } from '../explanation.ts';
import type { ResidentState } from '../home.ts';
import type { Instant } from '../instant.ts';
import type { Language } from '../language.ts';

const stateWords: Readonly<Record<Language, Readonly<Record<ResidentState['value'], string>>>> = {
  'zh-CN': { 'at-home': '在家', away: '外出', 'in-hospital': '住院', 'visitor-present': '有人陪伴', 'under-test': '测试中' },
  en: {
    'at-home': 'at home',
    away: 'away',
    'in-hospital': 'in hospital',
    'visitor-present': 'visitor present',
    'under-test': 'under test',
  },
};

type Numbers = ExplanationPoint['numbers'];
/** How the values of a point are written in a sentence. */
interface Said {
  /** The value as it is. */
  readonly of: (name: string) => string;
  /** An instant on the home's wall clock. */
  readonly clock: (name: string) => string;
  readonly state: string;
  /** Values that have no place of their own in the sentence: `alarmMinutes = 30, nightFrom = 21:00`. */
  readonly rest: string;
}
type Sentence = (said: Said) => string;

const zh: Readonly<Record<ExplanationPoint['code'], Sentence>> = {
  'rule-off': () => '这条规则对这位老人没有启用。',
  'resident-state': ({ state }) => `老人的状态是“${state}”，靠“没有活动”判断的规则因此不报警。`,
  'never-heard': ({ of }) => `最近 ${of('days')} 天里没有收到它需要的读数（${of('kinds')}）。`,
  'last-heard': ({ of, clock }) => `最后一个读数来自 ${of('device')}，在 ${clock('at')}，${of('minutes')} 分钟前。`,
  'looks-again': ({ clock }) => `它在等，到 ${clock('at')} 再看一次。`,
  'nothing-begun': () => '没有出现会引起报警的情况。',
  raised: ({ of, clock, rest }) =>
    `${clock('at')} 已报警（${of('code')}），情况从 ${clock('since')} 开始${rest === '' ? '' : `；依据：${rest}`}。`,
  'was-over': ({ of, clock }) => `上一次报警（${of('code')}）在 ${clock('at')}，${clock('overAt')} 解除。`,
  'in-bed': () => '人在床上。',
  'not-in-bed': () => '床上没有人，但不是夜里离开的，所以不计时。',
  'leaving-for': ({ of }) => `床垫显示没有人已 ${of('seconds')} 秒，满 ${of('ofSeconds')} 秒才算离床。`,
  'out-of-bed-for': ({ of, clock }) => `从 ${clock('since')} 起离床 ${of('minutes')} 分钟，满 ${of('ofMinutes')} 分钟进入下一步。`,
  'night-over': ({ clock }) => `夜间到 ${clock('at')} 为止，这之前不会满时间，所以不再报警。`,
  'pressed-last': ({ of, clock }) => `最后一次按下的是 ${of('device')}，在 ${clock('at')}，${of('minutes')} 分钟前。`,
  'no-press': () => '没有人按过按钮。',
  'no-fall': () => '没有跌倒在处理中。',
  'fall-since': ({ of, clock }) => `${of('device')} 在 ${clock('since')} 报告跌倒。`,
  'may-cancel': ({ of }) => `本人还可以取消：已过 ${of('seconds')} 秒，共 ${of('ofSeconds')} 秒。`,
  'lies-for': ({ of }) => `已过 ${of('minutes')} 分钟没有起身的迹象，满 ${of('ofMinutes')} 分钟算久卧不起。`,
  'got-up': () => '有起身的迹象，不算久卧不起。',
  'battery-low': ({ of }) => `电量低（依据：${of('by')}）。`,
  'battery-well': () => '电量正常。',
  'no-heartbeat': () => '这种设备不承诺定时上报，沉默不算失联。',
  'silent-for': ({ of }) => `已有 ${of('minutes')} 分钟没有消息，满 ${of('ofMinutes')} 分钟（${of('missedHeartbeats')} 次心跳）算失联。`,
  'said-gone': ({ clock }) => `${clock('at')} 起，遗嘱、中枢或服务器说它断开了。`,
  'gateway-was-deaf': ({ clock }) => `网关自己到 ${clock('until')} 才恢复，之前的沉默不算数。`,
  'hub-away': () => '它的中枢失联，由中枢代表它报警。',
};

const en: Readonly<Record<ExplanationPoint['code'], Sentence>> = {
  'rule-off': () => 'This rule is switched off for this resident.',
  'resident-state': ({ state }) => `The resident is ${state}, which quiets rules that reason from inactivity.`,
  'never-heard': ({ of }) => `No reading that it needs (${of('kinds')}) has come in the last ${of('days')} days.`,
  'last-heard': ({ of, clock }) => `The last reading came from ${of('device')} at ${clock('at')}, ${of('minutes')} minutes before.`,
  'looks-again': ({ clock }) => `It waits and looks again at ${clock('at')}.`,
  'nothing-begun': () => 'Nothing that leads to an alarm has begun.',
  raised: ({ of, clock, rest }) =>
    `Raised at ${clock('at')} (${of('code')}); it began at ${clock('since')}${rest === '' ? '' : `; decided by ${rest}`}.`,
  'was-over': ({ of, clock }) => `The last alarm (${of('code')}) was at ${clock('at')} and over at ${clock('overAt')}.`,
  'in-bed': () => 'In bed.',
  'not-in-bed': () => 'Not in bed, but not left at night, so no time counts.',
  'leaving-for': ({ of }) => `The pad has said empty for ${of('seconds')} of ${of('ofSeconds')} seconds.`,
  'out-of-bed-for': ({ of, clock }) => `Out of bed for ${of('minutes')} of ${of('ofMinutes')} minutes, since ${clock('since')}.`,
  'night-over': ({ clock }) => `The night ends at ${clock('at')}, before that time is full, so nothing is raised any more.`,
  'pressed-last': ({ of, clock }) => `Last pressed: ${of('device')} at ${clock('at')}, ${of('minutes')} minutes before.`,
  'no-press': () => 'Nobody has pressed a button.',
  'no-fall': () => 'No fall is under way.',
  'fall-since': ({ of, clock }) => `${of('device')} reported a fall at ${clock('since')}.`,
  'may-cancel': ({ of }) => `The wearer may still take it back: ${of('seconds')} of ${of('ofSeconds')} seconds have passed.`,
  'lies-for': ({ of }) => `No sign of getting up for ${of('minutes')} of ${of('ofMinutes')} minutes.`,
  'got-up': () => 'There was a sign of getting up, so it is no long lie.',
  'battery-low': ({ of }) => `The battery is low (by ${of('by')}).`,
  'battery-well': () => 'The battery is well.',
  'no-heartbeat': () => 'This device promises no heartbeat, so its silence is no news.',
  'silent-for': ({ of }) => `Silent for ${of('minutes')} of ${of('ofMinutes')} minutes (${of('missedHeartbeats')} heartbeats).`,
  'said-gone': ({ clock }) => `Its last will, its hub or the broker has said since ${clock('at')} that it is gone.`,
  'gateway-was-deaf': ({ clock }) => `The gateway itself did not listen until ${clock('until')}; silence before that proves nothing.`,
  'hub-away': () => 'Its hub is away and stands for it.',
};

const sentences = { 'zh-CN': zh, en } as const satisfies Record<Language, Readonly<Record<ExplanationPoint['code'], Sentence>>>;
const placed = new Set(['code', 'since', 'at']);

/** What is said about a rule as a sentence. Times are on the wall clock of `timeZone`, with the day when it is another than that of `now`. */
export const wordPoint = ({ code, numbers }: ExplanationPoint, language: Language, timeZone: string, now: Instant): string => {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone, timeStyle: 'medium' });
  const value = (name: string): Numbers[string] => numbers[name] ?? '';
  const clock = (name: string): string => {
    const at = Number(value(name));
    return day.format(at) === day.format(now) ? time.format(at) : `${day.format(at)} ${time.format(at)}`;
  };
  const rest = Object.entries(numbers).flatMap(([name, each]) => (placed.has(name) ? [] : [`${name} = ${String(each)}`]));
  const state = stateWords[language][value('state') as ResidentState['value']] ?? '';
  return sentences[language][code]({ of: (name) => String(value(name)), clock, state, rest: rest.join(', ') });
};
