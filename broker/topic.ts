import type { DeviceId } from '../domain/ids.ts';

/** Everything a device publishes or hears lies below `carebed/v1/<device>/`. The version is part of the name, so that a v2 can stand beside it. */
export const topicRoot = 'carebed/v1';

/** A topic is at most this long in UTF-8 (MQTT-4.7.3-3). */
const maxTopicBytes = 65_535;

/** The prefix that belongs to one device, with its trailing slash. */
export const prefixOf = (device: DeviceId): string => `${topicRoot}/${device}/`;

/** The whole topic for what lies at `below` under a device's prefix. */
export const buildTopic = (device: DeviceId, below: string): string => prefixOf(device) + below;

/** What lies below `prefix`, or null when the topic is not below it (or is the bare prefix). */
export const belowPrefix = (prefix: string, topic: string): string | null =>
  topic.length > prefix.length && topic.startsWith(prefix) ? topic.slice(prefix.length) : null;

/** True for a name one may publish to: no wildcard, no NUL, not empty, not too long. */
export const isTopicName = (text: string): boolean =>
  text.length > 0 && !text.includes('+') && !text.includes('#') && !text.includes('\0') && Buffer.byteLength(text) <= maxTopicBytes;

/** True for a filter one may subscribe to: `+` fills a level, `#` fills the last one (MQTT 4.7.1). */
export const isTopicFilter = (text: string): boolean => {
  if (text.length === 0 || text.includes('\0') || Buffer.byteLength(text) > maxTopicBytes) return false;
  const levels = text.split('/');
  return levels.every(
    (level, i) => level === '+' || (level === '#' ? i === levels.length - 1 : !level.includes('+') && !level.includes('#')),
  );
};

/** True when `filter` matches the topic name. `#` also matches the level above it (MQTT 4.7.1.2); topics in `$` are no business of wildcards. */
export const matches = (filter: string, topic: string): boolean => {
  if (topic.startsWith('$') && (filter.startsWith('+') || filter.startsWith('#'))) return false;
  const wanted = filter.split('/');
  const given = topic.split('/');
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '#') return true;
    if (i >= given.length || (wanted[i] !== '+' && wanted[i] !== given[i])) return false;
  }
  return wanted.length === given.length;
};

/**
 * True when every topic that `filter` matches is matched by `pattern` too: a device may subscribe to what one of its command patterns
 * covers. Both must be valid filters; neither may begin in `$`.
 */
export const covers = (pattern: string, filter: string): boolean => {
  if (!isTopicFilter(pattern) || !isTopicFilter(filter) || filter.startsWith('$') || pattern.startsWith('$')) return false;
  const allowed = pattern.split('/');
  const asked = filter.split('/');
  for (let i = 0; i < allowed.length; i++) {
    const a = allowed[i];
    const b = asked[i];
    // `a/#` matches `a` as well, so it covers the filter `a`.
    if (a === '#') return true;
    if (b === undefined || b === '#') return false;
    if (a !== '+' && a !== b) return false;
  }
  return allowed.length === asked.length;
};
