/** A value as the keys of `values` are written; null for what cannot be one. */
export const asText = (value: unknown): string | null =>
  typeof value === 'string' ? value.trim() : typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;

/** Longer texts are no codes, and not worth the time of a regular expression. */
const longestText = 512;

/** Takes the one group of a regular expression out of a value's text; null where it does not fit. Null for no expression. */
export const compilePart = (part: string | undefined): ((value: unknown) => string | null) | null => {
  if (part === undefined) return null;
  const pattern = new RegExp(part, 'u');
  return (value) => {
    const text = asText(value);
    return text === null || text.length > longestText ? null : (pattern.exec(text)?.[1] ?? null);
  };
};
