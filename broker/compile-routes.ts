import type { TopicReading } from './device-model.ts';

const levelPatterns: { readonly [level: string]: string } = {
  '+': '[^/]+',
  '#': '.*',
  '{child}': '(?<child>[^/]+)',
  '{child*}': '(?<child>.+)',
};

const literal = (level: string): string => level.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const patternOf = (topic: string): RegExp =>
  new RegExp(
    `^${topic
      .split('/')
      .map((level) => levelPatterns[level] ?? literal(level))
      .join('/')}$`,
    's',
  );

const maxRemembered = 10_000;

/** The entry that reads a topic (the first that fits), and the child's name in it; null when none does. */
export const compileRoutes = <Route>(
  topics: readonly TopicReading[],
  compile: (reading: TopicReading) => Route,
): ((topic: string) => { readonly route: Route; readonly child: string | undefined } | null) => {
  const compiled = topics.map((reading) => ({ pattern: patternOf(reading.topic), route: compile(reading) }));
  const remembered = new Map<string, { readonly route: Route; readonly child: string | undefined } | null>();
  const find = (topic: string): { readonly route: Route; readonly child: string | undefined } | null => {
    for (const { pattern, route } of compiled) {
      const match = pattern.exec(topic);
      if (match !== null) return { route, child: match.groups?.['child'] };
    }
    return null;
  };
  return (topic) => {
    let found = remembered.get(topic);
    if (found === undefined) {
      if (remembered.size >= maxRemembered) remembered.clear();
      found = find(topic);
      remembered.set(topic, found);
    }
    return found;
  };
};
