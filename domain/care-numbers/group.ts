import { z } from 'zod';

/** A whole number within sane limits; the limits are part of the error a nurse reads. */
export const wholeBetween = (low: number, high: number) => z.number().int().min(low).max(high);

type WithoutDefaults<S extends z.ZodRawShape> = { [K in keyof S]: S[K] extends z.ZodDefault<infer Inner> ? Inner : S[K] };

/** The same fields, each optional and without its default: what a profile or a resident changes of a group of numbers. */
export const overrideOfGroup = <S extends z.ZodRawShape>(shape: S) => {
  const bare = Object.entries(shape).map(([name, field]) => [name, field instanceof z.ZodDefault ? field.unwrap() : field]);
  return z.strictObject(Object.fromEntries(bare) as WithoutDefaults<S>).partial();
};
