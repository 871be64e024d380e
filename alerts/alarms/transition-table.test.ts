import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { alarmEventSchema, alarmSchema, type AlarmStateValue, type Priority, type RuleName } from '../../domain/alarm.ts';
import { alarmIn, cellOf, inputsFor, letters, now, subject } from './samples.ts';
import { transition } from './transition.ts';

const page = readFileSync(new URL('../../docs/life-of-an-alarm.md', import.meta.url), 'utf8');
/** The written table under a heading: by input, then by state's letter. */
const written = (heading: string): Map<string, Map<string, string>> => {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  const [head = [], , ...body] = rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return new Map(
    body.map(([input = '', ...cells]) => [input.replaceAll('`', ''), new Map(cells.map((cell, i) => [head[i + 1] ?? '', cell]))]),
  );
};

describe.each<[heading: string, rule: RuleName, priority: Priority]>([
  ['Calls for help', 'button', 'high'],
  ['Other alarms, high', 'out-of-bed', 'high'],
  ['Technical alarms', 'device-offline', 'technical'],
])('%s: every state by every input is as written', (heading, rule, priority) => {
  const table = written(heading);
  const inputs = Object.entries(inputsFor(priority));
  const columns: [letter: string, value: AlarmStateValue | null][] = [
    ['—', null],
    ...Object.entries(letters).map(([value, letter]): [string, AlarmStateValue] => [letter, value as AlarmStateValue]),
  ];

  test('the page has a row for each input and a column for each state, and no others', () => {
    expect([...table.keys()].toSorted()).toEqual(inputs.map(([type]) => type).toSorted());
    for (const row of table.values()) expect([...row.keys()].toSorted()).toEqual(columns.map(([letter]) => letter).toSorted());
  });

  test.each(inputs.flatMap(([type, input]) => columns.map(([letter, value]) => [type, letter, input, value] as const)))(
    '%s in %s',
    (type, letter, input, value) => {
      const alarm = value === null ? null : alarmIn(value, { rule, priority });
      const result = transition(alarm, subject(rule), input, now, 5);
      expect(cellOf(result)).toBe(table.get(type)?.get(letter));
      if (result.outcome !== 'changed') return;
      alarmSchema.parse(result.alarm);
      for (const one of result.events) expect(alarmEventSchema.parse(one)).toMatchObject({ at: now, lateMs: 5 });
    },
  );
});
