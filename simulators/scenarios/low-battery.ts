import { deviceOf } from '../home.ts';
import type { Scenario } from './scenario.ts';
import { inTheDay } from './scene.ts';

/** Batteries near their end. */
export const lowBattery: Scenario = {
  name: 'low-battery',
  text: {
    'zh-CN': '按钮、门磁等电池将尽：每个设备一个低电量报警',
    en: 'Batteries near their end: one low-battery alarm for each such device',
  },
  startsAt: null,
  durationSeconds: 30,
  script: (home, _index, context) => {
    const devices = (['button', 'contact', 'motion'] as const).filter((role) => deviceOf(home, role) !== undefined).length;
    return inTheDay(context, [], {
      batteryPercent: 9,
      expects: [{ home: home.id, rule: 'battery-low', stage: 'alarm', alarms: devices, calls: devices }],
    });
  },
};
