import { z } from 'zod';
import { overrideOfGroup, wholeBetween } from './group.ts';

const chattering = {
  enabled: z.boolean().default(true),
  /** ISA-18.2 practice: three or more a minute chatter (domain facts §2); here, more than three. */
  timesAMinute: wholeBetween(1, 60).default(3),
  /** [judgement] Steady for so long, and it is over. */
  calmMinutes: wholeBetween(1, 240).default(10),
};

const stale = {
  /** Off until a profile says so: a bedridden resident keeps a pad occupied for days. */
  enabled: z.boolean().default(false),
  /** [judgement] A living heart or breath is not the same to the digit for so long. */
  vitalHours: wholeBetween(1, 48).default(2),
  /** [judgement] Longer than a day and a night in bed, in a room, or at one temperature to the digit. */
  otherHours: wholeBetween(6, 720).default(48),
};

const clockWrong = {
  enabled: z.boolean().default(true),
  /** [judgement] Our own records use the gateway's time, so minutes do no harm; ten mislead whoever reads the device's. */
  offMinutes: wholeBetween(1, 1_440).default(10),
  /** [judgement] As for vital signs: once is a slip, three times in a row a fault. */
  messages: wholeBetween(1, 20).default(3),
};

const mainsLost = {
  enabled: z.boolean().default(true),
  /** [judgement] A dip or a plug moved to another socket is no news. */
  alarmMinutes: wholeBetween(0, 240).default(5),
};

const tamper = { enabled: z.boolean().default(true) };

/** The numbers of the rules about devices, with their defaults and sources. */
export const deviceNumbers = {
  chattering: z.strictObject(chattering).prefault({}),
  stale: z.strictObject(stale).prefault({}),
  clockWrong: z.strictObject(clockWrong).prefault({}),
  mainsLost: z.strictObject(mainsLost).prefault({}),
  tamper: z.strictObject(tamper).prefault({}),
};

export const deviceOverrides = {
  chattering: overrideOfGroup(chattering),
  stale: overrideOfGroup(stale),
  clockWrong: overrideOfGroup(clockWrong),
  mainsLost: overrideOfGroup(mainsLost),
  tamper: overrideOfGroup(tamper),
};
