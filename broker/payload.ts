/** A JSON object from outside: its keys are whatever somebody sent, so only its own ones are ever looked at. */
export type JsonObject = { readonly [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of an own key; undefined when there is none, whatever the prototypes hold. */
export const own = (object: JsonObject, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

/** Follows a path of keys and array indexes; undefined where it leads nowhere. */
export const follow = (value: unknown, path: readonly string[]): unknown => {
  const first = path[0];
  if (path.length === 1 && first !== undefined && isObject(value)) return own(value, first);
  let at = value;
  for (const key of path) {
    if (Array.isArray(at)) at = /^\d+$/.test(key) ? (at as readonly unknown[])[Number(key)] : undefined;
    else if (isObject(at)) at = own(at, key);
    else return undefined;
  }
  return at;
};

/** The text of a payload. Bytes that are not UTF-8 become U+FFFD, so that one bad byte in a name does not lose a call; a byte order mark goes. */
export const textOf = (payload: Uint8Array): string => {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
};

/** The JSON value of a text; undefined when it is not JSON. Never throws, however deep it is nested. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
