import { z } from 'zod';
import { clockTimeSchema } from '../instant.ts';
import { overrideOfGroup, wholeBetween } from './group.ts';

const noSignOfLife = {
  /** Off until a profile says so: it needs sensors where the resident lives by day, not a pad alone. */
  enabled: z.boolean().default(false),
  /** [judgement] By day: after the usual night's end, before it begins. */
  dayFrom: clockTimeSchema.default('07:00'),
  dayTo: clockTimeSchema.default('21:00'),
  /** 4–5 h without infrared (Lin'an), the longer one. */
  afterHours: wholeBetween(1, 24).default(5),
  /** 10 h in the bedroom (三思华元): then it is urgent. */
  urgentAfterHours: wholeBetween(1, 48).default(10),
};

/** [judgement] So long all sensors must be clear before it is over: alarms sound in bursts. */
const clear = { clearMinutes: wholeBetween(0, 60).default(2) };

const leak = { enabled: z.boolean().default(true), ...clear };

const wandering = {
  /** For those who may get lost only: every contact of the home counts as a way out. */
  enabled: z.boolean().default(false),
  /** [judgement] Time to look out of the door and go back to bed. */
  backMinutes: wholeBetween(1, 120).default(10),
  /** [judgement] A tag is out of reach for moments behind a wall; a programme's bracelets give no published time. */
  tagGoneMinutes: wholeBetween(1, 60).default(5),
};

/** The numbers of the rules about the home, with their defaults and sources. Smoke and gas cannot be switched off. */
export const homeNumbers = {
  noSignOfLife: z
    .strictObject(noSignOfLife)
    .refine((n) => n.urgentAfterHours >= n.afterHours, { path: ['urgentAfterHours'], error: 'must not be less than afterHours' })
    .prefault({}),
  smoke: z.strictObject(clear).prefault({}),
  gas: z.strictObject(clear).prefault({}),
  leak: z.strictObject(leak).prefault({}),
  wandering: z.strictObject(wandering).prefault({}),
};

export const homeOverrides = {
  noSignOfLife: overrideOfGroup(noSignOfLife),
  smoke: overrideOfGroup(clear),
  gas: overrideOfGroup(clear),
  leak: overrideOfGroup(leak),
  wandering: overrideOfGroup(wandering),
};
