import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { everythingOn } from '../../alerts/rules/everything-on.ts';
import { replayImported } from '../../gateway/compose/replay-imported.ts';
import { ImportRefused } from '../../gateway/replay/imported.ts';
import { readOrdonez } from '../../gateway/replay/ordonez.ts';
import { readCsvReadings, readJsonLines } from '../../gateway/replay/reading-file.ts';

const ordonezA = readFileSync(join(import.meta.dirname, '../data/ordonez-a/OrdonezA_Sensors.txt'), 'utf8');
const heading = 'Start time          \tEnd time            \tLocation\tType\t\tPlace\r\n--------------------\t-----\t----\t----\t----\r\n';
const refusal = (read: () => unknown): string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ImportRefused) return error.lines.map(({ line, text }) => `${line} ${text.en}`);
    throw error;
  }
  return [];
};

describe('the text of Ordonez A', () => {
  test('is read whole, with its runs of tabs and stray spaces, in the time of Madrid', () => {
    const { readings, remarks } = readOrdonez(ordonezA);
    expect(readings).toHaveLength(2 * 409);
    expect(readings.filter(({ facts }) => facts.occupied === true)).toHaveLength(15);
    expect(new Date(readings[0]?.receivedAt ?? 0).toISOString()).toBe('2011-11-28T01:27:59.000Z');
    expect(remarks.map(({ line, text }) => `${line} ${text.en}`)).toEqual(['31 has no length']);
  });

  test('wakes nobody with the numbers that a new gateway has: the sleeper was never out of bed at night', () => {
    expect(replayImported(readOrdonez(ordonezA), {}).would.figures).toMatchObject({ alarms: 0, aBedADay: 0, byRule: {} });
  });

  test('shows what every rule would have said of somebody who goes to bed at two', () => {
    const { figures } = replayImported(readOrdonez(ordonezA), everythingOn).would;
    expect(figures.byRule).toEqual({ 'not-in-bed-by': 14, 'not-up-by': 13, 'no-sign-of-life': 3, wandering: 1 });
    expect([figures.byHour[10], figures.byHour[23]]).toEqual([13, 14]);
  });

  test('a line that is not right refuses the file, and every such line is named with what would be right', () => {
    const text = `${heading}2011-11-28 02:27:59\t2011-11-28 10:18:11\tBed\tPressure\r\n2011-11-28 25:00:00\t\t2011-11-28 10:18:11\t\tBed\t\t\tPressure\tBedroom\n2011-11-28 10:00:00\t2011-11-28 09:00:00\tSofa\tPressure\tLiving\n2011-11-28 10:00:00\t2011-11-28 09:00:00\tSeat\tPressure\tLiving\n`;
    expect(refusal(() => readOrdonez(text))).toEqual([
      '3 has 6 words where 7 belong: start day and time, end day and time, location, type, place',
      '4 "2011-11-28 25:00:00" is no time; write it like 2011-11-28 02:27:59',
      '5 Sofa Pressure is no sensor of this data set',
      '6 ends before it begins',
    ]);
    expect(refusal(() => readOrdonez(heading))).toEqual(['1 holds no interval']);
  });

  test('overlapping intervals of one sensor become one, and lines out of order are put in order; both are said', () => {
    const seat = (from: string, to: string): string => `2011-11-28 ${from}\t2011-11-28 ${to}\tSeat\tPressure\tLiving\n`;
    const { readings, remarks } = readOrdonez(
      `${heading}${seat('10:00:00', '10:30:00')}${seat('10:20:00', '10:40:00')}${seat('09:00:00', '09:10:00')}`,
    );
    expect(readings.map(({ receivedAt, facts }) => [new Date(receivedAt).toISOString().slice(11, 16), facts.motion])).toEqual([
      ['08:00', true],
      ['08:10', false],
      ['09:00', true],
      ['09:40', false],
    ]);
    expect(remarks.map(({ line, text }) => `${line} ${text.en}`)).toEqual([
      '4 overlaps line 3: taken as one',
      '5 begins before line 4, which stands above it',
    ]);
  });

  test('a time that the clock change leaves out is refused, one that comes twice is the first', () => {
    const line = (day: string): string => `${heading}${day} 02:30:00\t${day} 04:00:00\tBed\tPressure\tBedroom\n`;
    expect(refusal(() => readOrdonez(line('2011-03-27')))).toEqual([
      '3 2011-03-27 02:30:00 does not exist in Europe/Madrid: the clock was set forward over it',
    ]);
    const twice = readOrdonez(line('2011-10-30'));
    expect(new Date(twice.readings[0]?.receivedAt ?? 0).toISOString()).toBe('2011-10-30T00:30:00.000Z');
    expect(twice.remarks.map(({ text }) => text.en)).toEqual(['2011-10-30 02:30:00 comes twice in Europe/Madrid; the first is taken']);
  });
});

describe('files of readings', () => {
  const at = '2026-03-02T22:00:00+08:00';
  test('as lines of JSON and as CSV say the same', () => {
    const lines = readJsonLines(
      `{"at":"${at}","device":"pad","facts":{"occupied":true}}\n\n{"at":1772460060000,"device":"door","facts":{"open":false},"bed":null}\n`,
      'Asia/Shanghai',
    );
    const csv = readCsvReadings(`at,device,kind,value,bed\n1772460060000,door,open,false,\n${at},pad,occupied,true,b1\n`, 'Asia/Shanghai');
    expect(csv.readings).toEqual(lines.readings);
    expect(lines.readings.map(({ device, bed }) => [device, bed])).toEqual([
      ['pad', 'imported'],
      ['door', null],
    ]);
  });

  test('with a bad line are refused, each with its line', () => {
    const bad = `{"at":"${at}","device":"pad","facts":{"occupied":"yes"}}\nnonsense\n{"at":"yesterday","device":"pad","facts":{}}\n`;
    expect(refusal(() => readJsonLines(bad, 'Asia/Shanghai')).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      '1 facts.occupied',
      '2 is',
      '3 at',
    ]);
    expect(refusal(() => readCsvReadings('at,device,kind,value\n1,pad,flying,1\n', 'UTC'))[0]).toMatch(/^2 kind/);
    expect(refusal(() => readJsonLines('', 'UTC'))).toEqual(['1 holds no reading']);
  });
});
