import { buttonPress } from './button-press.ts';
import { fallCancelled } from './fall-cancelled.ts';
import { fallConfirmed } from './fall-confirmed.ts';
import { flappingHub } from './flapping-hub.ts';
import { oldPressAgain } from './old-press-again.ts';
import { ordinaryDay } from './ordinary-day.ts';
import type { Scenario } from './scenario.ts';
import { secondPress } from './second-press.ts';

/** Of twenty homes, fourteen live their day; the others each have something of their own. */
const special: Readonly<Record<number, Scenario>> = {
  3: buttonPress,
  6: secondPress,
  9: fallConfirmed,
  12: fallCancelled,
  15: flappingHub,
  18: oldPressAgain,
};

export const mixedStreet: Scenario = {
  name: 'mixed-street',
  text: {
    'zh-CN': '一条混合的街：多数照常生活，少数按钮、跌倒、断线',
    en: 'A mixed street: most live their day, a few press, fall or drop out',
  },
  startsAt: null,
  durationSeconds: 120,
  script: (home, index, context) => (special[(index % 20) + 1] ?? ordinaryDay).script(home, index, context),
};
