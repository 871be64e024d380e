import type { ChildName, Condition } from './device-model.ts';
import { follow } from './payload.ts';
import { asText, compilePart } from './value-text.ts';

/** Whether a condition of a device model holds; always when there is none. */
export const compileCondition = (condition: Condition | undefined): ((body: unknown) => boolean) => {
  if (condition === undefined) return () => true;
  const wanted = condition.is === undefined ? null : new Set(condition.is);
  return (body) => {
    const value = follow(body, condition.field);
    return value !== undefined && value !== null && (wanted === null || wanted.has(asText(value) ?? ''));
  };
};

/** The names that these fields hold, in their order; none where a field is not there or its text does not fit. */
export const compileNames = (names: readonly ChildName[]): ((body: unknown) => string[]) => {
  const compiled = names.map(({ field, part }) => ({ field, partOf: compilePart(part) }));
  return (body) =>
    compiled
      .map(({ field, partOf }) => {
        const value = follow(body, field);
        return (partOf === null ? asText(value) : partOf(value)) ?? '';
      })
      .filter((name) => name !== '');
};
