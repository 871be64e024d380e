import type { ReadingKind } from '../domain/reading.ts';
import type { RejectionCode } from '../domain/rejection.ts';
import { compileCondition } from './child-name.ts';
import type { FieldReading } from './device-model.ts';
import { follow, type JsonObject } from './payload.ts';
import { readingChecks } from './reading-checks.ts';
import { asText, compilePart } from './value-text.ts';

export type Refuse = (code: RejectionCode, where: string, detail: string) => void;
export type MutableFacts = { [kind: string]: unknown };

/** Whatever a field is about, these words say that there is nothing: no model has to list them as no call. */
const saysNo: ReadonlySet<string> = new Set(['', 'false', '0', 'null', 'none', 'undefined']);

const numeric = /^-?\d{1,15}(?:\.\d{1,15})?$/;

/** Our value for the device's; undefined when it means nothing; a refusal otherwise. */
const translate = (read: FieldReading, where: string, raw: unknown, refuse: Refuse): unknown => {
  if (read.values !== undefined) {
    const text = asText(raw);
    if (text !== null && Object.hasOwn(read.values, text)) return read.values[text] ?? undefined;
    if (typeof read.otherwise === 'object' && text !== null)
      return saysNo.has(text.toLowerCase()) ? undefined : (read.otherwise.take ?? undefined);
    if (read.otherwise !== 'ignore') refuse('payload-invalid', where, `is none of the values that the device model knows for ${read.fact}`);
    return undefined;
  }
  if (typeof raw === 'boolean') return read.invert ? !raw : raw;
  if (typeof raw === 'number') return raw * read.scale + read.offset;
  if (typeof raw === 'string' && numeric.test(raw)) return Number(raw) * read.scale + read.offset;
  return raw;
};

const isCallValue = (kind: ReadingKind, value: unknown): boolean =>
  (kind === 'button' && value === 'press') || (kind === 'fall' && (value === 'suspected' || value === 'confirmed'));

/** Turns the description of one field into a function that adds its fact. Pure, never throws. */
export const compileField = (read: FieldReading): ((body: JsonObject, facts: MutableFacts, refuse: Refuse) => void) => {
  const where = read.field.join('.');
  const check = readingChecks[read.fact];
  const concerns = compileCondition(read.when);
  const partOf = compilePart(read.part);
  return (body, facts, refuse) => {
    if (!concerns(body)) return;
    const raw = follow(body, read.field);
    if (raw === undefined || raw === null) return;
    const value = translate(read, where, partOf === null ? raw : (partOf(raw) ?? raw), refuse);
    if (value === undefined) return;
    // The first field that speaks of a fact wins, but no field can talk a call away.
    if (Object.hasOwn(facts, read.fact) && !isCallValue(read.fact, value)) return;
    if (check.accepts(value)) facts[read.fact] = value;
    else refuse(typeof value === 'number' ? 'value-out-of-range' : 'payload-invalid', where, check.wanted);
  };
};
