import { type RuleName } from '../../domain/alarm.ts';
import type { Language } from '../../domain/language.ts';
import type { LiveEvent } from './live-events.ts';

export type Line = Readonly<Record<Language, string>>;

export interface Names {
  home(id: string): string;
  person(id: string): string;
}

const rules: Readonly<Record<RuleName, Line>> = {
  button: { 'zh-CN': '按下求助按钮', en: 'the help button was pressed' },
  fall: { 'zh-CN': '跌倒', en: 'a fall' },
  'out-of-bed': { 'zh-CN': '夜间离床未归', en: 'out of bed at night' },
  'device-offline': { 'zh-CN': '设备离线', en: 'a device is offline' },
  'battery-low': { 'zh-CN': '电量低', en: 'a battery is low' },
  smoke: { 'zh-CN': '烟雾', en: 'smoke' },
  gas: { 'zh-CN': '燃气泄漏', en: 'gas' },
  leak: { 'zh-CN': '漏水', en: 'water leak' },
  'heart-rate': { 'zh-CN': '心率异常', en: 'heart rate' },
  'breathing-rate': { 'zh-CN': '呼吸异常', en: 'breathing rate' },
  'no-sign-of-life': { 'zh-CN': '长时间无活动', en: 'no sign of life' },
  wandering: { 'zh-CN': '走失风险', en: 'wandering' },
  'not-up-by': { 'zh-CN': '未按时起床', en: 'not up in time' },
  'not-in-bed-by': { 'zh-CN': '未按时上床', en: 'not in bed in time' },
  'no-turning': { 'zh-CN': '长时间未翻身', en: 'not turned over' },
  restless: { 'zh-CN': '睡眠不安', en: 'restless' },
  'night-trips': { 'zh-CN': '夜间起床多', en: 'trips at night' },
  'mains-lost': { 'zh-CN': '断电', en: 'mains lost' },
  tamper: { 'zh-CN': '设备被拆动', en: 'tampered with' },
  chattering: { 'zh-CN': '频繁跳变', en: 'chattering' },
  stale: { 'zh-CN': '数值不变', en: 'stuck value' },
  'clock-wrong': { 'zh-CN': '时钟错误', en: 'clock wrong' },
};

const listed = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** One event of an alarm as a line of the story; null for what would only be noise on a screen (each attempt and receipt). */
export const storyOf = (live: LiveEvent, names: Names): Line | null => {
  const { alarm, event } = live;
  const { data } = event;
  const home = names.home(live.home);
  const what = rules[live.rule];
  const who = event.by.person === undefined ? '' : names.person(event.by.person);
  const people = listed(data['people'])
    .map((id) => names.person(id))
    .join('、');
  const level = numberOf(data['level']) + 1;
  const told = typeof data['person'] === 'string' ? names.person(data['person']) : '';
  const early = data['stage'] === 'pre-alert';
  const say = (zh: string, en: string): Line => ({ 'zh-CN': `${alarm} ${home}：${zh}`, en: `${alarm} ${home}: ${en}` });
  switch (event.type) {
    case 'raised':
      return early
        ? say(`${what['zh-CN']}？先预警`, `${what.en}? A pre-alert first`)
        : say(`报警 —— ${what['zh-CN']}`, `ALARM: ${what.en}`);
    case 'raised-again':
      return say(`又一次呼救（第 ${numberOf(data['calls'])} 次）`, `another call for help (number ${numberOf(data['calls'])})`);
    case 'priority-raised':
      return say('升为更高级别', 'raised to a higher priority');
    case 'level-told':
      return data['asks'] === 'dispatch-unverified'
        ? say(`第 ${level} 级：无人核实，请 ${people} 直接上门`, `level ${level}: nobody has verified it, ${people} to go there at once`)
        : say(`第 ${level} 级：告知 ${people || '系统'}`, `level ${level}: telling ${people || 'a system'}`);
    case 'level-skipped':
      return say(`第 ${level} 级没有能联系上的人，立即转下一级`, `level ${level} has nobody who can be reached, on to the next at once`);
    case 'person-skipped':
    case 'unreachable':
      return say(`联系不上 ${told}`, `${told} cannot be reached`);
    case 'exhausted':
      return say('所有人都已告知，仍无人应答！', 'everybody was told and NOBODY HAS ANSWERED');
    case 'acknowledged':
      return say(`${who || '有人'} 已接警`, `acknowledged by ${who || 'somebody'}`);
    case 'going':
      return say(`${who || '有人'}：我去`, `${who || 'somebody'}: I am going`);
    case 'declined':
      return say(`${who || '有人'} 去不了`, `${who || 'somebody'} cannot go`);
    case 'dispatched':
      return say('已派人', 'somebody was sent');
    case 'arrived':
      return say('已到达', 'somebody has arrived');
    case 'unacknowledged':
      return say('接警已收回，重新升级', 'the acknowledgement was taken back; it escalates again');
    case 'reminded':
      return say(`提醒 ${people}：到了吗？`, `reminding ${people}: are you there?`);
    case 'cancelled':
      return say('本人取消', 'taken back by the resident');
    case 'returned':
      return say('情况已恢复', 'the condition is over');
    case 'closed':
      return say('已结束', 'closed');
    case 'read':
      return say(`${told} 打开了消息`, `${told} opened the message`);
    case 'send-failed':
    case 'send-unknown':
      return say('一条消息没有送达，换下一个渠道', 'a message did not get through; the next channel is tried');
    case 'sent':
    case 'delivered':
    case 'noted':
    case 'shelved':
    case 'unshelved':
    case 'suppressed':
    case 'unsuppressed':
    case 'out-of-service':
    case 'in-service':
      return null;
  }
};
