import { z } from 'zod';
import { careNumbersOverrideSchema } from '../../domain/care-profile.ts';
import type { WhyAnswer } from '../../domain/explanation.ts';
import { bedIdSchema, profileIdSchema } from '../../domain/ids.ts';
import { instantSchema } from '../../domain/instant.ts';
import { languageSchema } from '../../domain/language.ts';
import type { ReplayReport } from '../../domain/replay.ts';

/** Longest time that one replay may span: a year and a leap day. */
export const mostReplayDays = 366;

/** A replay of a bed's stored history: with the numbers in force, or with others. */
export const replayRequestSchema = z.strictObject({
  bed: bedIdSchema,
  from: instantSchema,
  to: instantSchema,
  /** Another profile in place of the resident's; the resident's own numbers still win. */
  profile: profileIdSchema.nullable().default(null),
  /** Numbers on top of all others. */
  numbers: careNumbersOverrideSchema.nullable().default(null),
});
export type ReplayRequest = z.infer<typeof replayRequestSchema>;

export const whyQuestionSchema = z.strictObject({
  bed: bedIdSchema,
  at: instantSchema,
  /** How many days of history to look at. */
  days: z.number().int().min(1).max(31),
  language: languageSchema,
});
export type WhyQuestion = z.infer<typeof whyQuestionSchema>;

/** How far a replay has come. */
export interface ReplayProgress {
  readonly at: number;
  readonly readings: number;
}

/**
 * Asks the rules about the past, away from the threads that serve the present. Rejects with CarebedFailure: `replay-busy` (429) when too
 * many ask already, `replay-cancelled`, `care-numbers-contradict` (422), `not-found` (404).
 */
export interface PastRules {
  replay(request: ReplayRequest, onProgress: (progress: ReplayProgress) => void, signal: AbortSignal): Promise<ReplayReport>;
  why(question: WhyQuestion): Promise<WhyAnswer>;
}
