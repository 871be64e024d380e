import { DateTime } from 'luxon';
import { type DeviceId, deviceIdSchema } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Facts } from '../../domain/reading.ts';
import { type ImportedHistory, importedReading, ImportRefused, type LineRemark } from './imported.ts';

/** Where the home of the data set stood; its text gives local times without a zone. */
export const ordonezTimeZone = 'Europe/Madrid';

/** What a sensor of the data set is to us: the device, and what its interval says while it lasts and at its end. */
interface Meaning {
  readonly device: DeviceId;
  readonly during: Facts;
  readonly ended: Facts;
}
const meaning = (device: string, during: Facts, ended: Facts): Meaning => ({ device: deviceIdSchema.parse(device), during, ended });
const moving = (device: string): Meaning => meaning(device, { motion: true }, { motion: false });

/**
 * Each `Location / Type` of the data set. The door of the home is a contact; the doors of cupboards, the seat, the flush and the kitchen's
 * electric things are no way out of the home and no radar, but somebody has moved there: motion.
 */
const meanings: Readonly<Record<string, Meaning>> = {
  'Bed/Pressure': meaning('bed-pad', { occupied: true }, { occupied: false }),
  'Maindoor/Magnetic': meaning('main-door', { open: true }, { open: false }),
  'Seat/Pressure': moving('seat'),
  'Basin/PIR': moving('basin'),
  'Shower/PIR': moving('shower'),
  'Cooktop/PIR': moving('cooktop'),
  'Toilet/Flush': moving('toilet'),
  'Fridge/Magnetic': moving('fridge'),
  'Cabinet/Magnetic': moving('cabinet'),
  'Cupboard/Magnetic': moving('cupboard'),
  'Microwave/Electric': moving('microwave'),
  'Toaster/Electric': moving('toaster'),
};

const remark = (line: number, zh: string, en: string): LineRemark => ({ line, text: { 'zh-CN': zh, en } });

interface Interval {
  readonly line: number;
  readonly key: string;
  readonly start: Instant;
  readonly end: Instant;
}

const timeText = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/**
 * Reads the sensor text of UCI's "Activities of Daily Living (ADLs) Recognition Using Binary Sensors", home A or B: two heading lines, then
 * `start end location type place`. Between columns stands any run of tabs and spaces. Every interval becomes two readings.
 *
 * Odd but taken, with a remark: an interval of no length, one that overlaps another of its sensor (the sensor stays on until the last
 * ends), lines out of order, a local time that the clock change gives twice (the first is taken).
 * @throws ImportRefused with every line that cannot be read, so that no part of a file is taken for the whole
 */
export const readOrdonez = (text: string, timeZone: string = ordonezTimeZone): ImportedHistory => {
  const wrong: LineRemark[] = [];
  const remarks: LineRemark[] = [];

  const instantAt = (line: number, clock: string): Instant | null => {
    const local = DateTime.fromSQL(clock, { zone: timeZone });
    if (!timeText.test(clock) || !local.isValid) {
      wrong.push(
        remark(line, `“${clock}”不是时间；应形如 2011-11-28 02:27:59`, `"${clock}" is no time; write it like 2011-11-28 02:27:59`),
      );
      return null;
    }
    if (local.toFormat('yyyy-MM-dd HH:mm:ss') !== clock) {
      wrong.push(
        remark(
          line,
          `${timeZone} 没有 ${clock} 这个时刻：时钟在那时拨快了`,
          `${clock} does not exist in ${timeZone}: the clock was set forward over it`,
        ),
      );
      return null;
    }
    const offsets = local.getPossibleOffsets();
    if (offsets.length > 1)
      remarks.push(remark(line, `${clock} 在 ${timeZone} 有两次；取第一次`, `${clock} comes twice in ${timeZone}; the first is taken`));
    return Math.min(...offsets.map((each) => each.toMillis())) as Instant;
  };

  const intervals: Interval[] = [];
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = index + 1;
    const words = raw.split(/[\s\u00A0]+/).filter((word) => word !== '');
    const isHeading = line <= 2 && (words[0] === 'Start' || /^-+$/.test(words[0] ?? ''));
    if (words.length === 0 || isHeading) continue;
    if (words.length !== 7) {
      wrong.push(
        remark(
          line,
          `有 ${words.length} 个词，应有 7 个：起始日期和时间、结束日期和时间、位置、类型、房间`,
          `has ${words.length} words where 7 belong: start day and time, end day and time, location, type, place`,
        ),
      );
      continue;
    }
    const [startDay, startTime, endDay, endTime, location, type] = words;
    const key = `${location}/${type}`;
    if (meanings[key] === undefined)
      wrong.push(remark(line, `这个数据集没有 ${location} ${type} 这种传感器`, `${location} ${type} is no sensor of this data set`));
    const start = instantAt(line, `${startDay} ${startTime}`);
    const end = instantAt(line, `${endDay} ${endTime}`);
    if (start === null || end === null || meanings[key] === undefined) continue;
    if (end < start) wrong.push(remark(line, '结束早于开始', 'ends before it begins'));
    else intervals.push({ line, key, start, end });
  }
  if (wrong.length > 0) throw new ImportRefused(wrong);
  if (intervals.length === 0) throw new ImportRefused([remark(1, '没有任何时段', 'holds no interval')]);
  return { readings: readingsOf(intervals, remarks), timeZone, remarks: remarks.toSorted((a, b) => a.line - b.line) };
};

const readingsOf = (intervals: readonly Interval[], remarks: LineRemark[]): ImportedHistory['readings'] => {
  const ofSensor = new Map<string, Interval>();
  let before: Interval | null = null;
  const merged: Interval[] = [];
  for (const interval of intervals) {
    if (before !== null && interval.start < before.start)
      remarks.push(
        remark(interval.line, `早于写在它上面的第 ${before.line} 行`, `begins before line ${before.line}, which stands above it`),
      );
    before = interval;
    if (interval.start === interval.end) remarks.push(remark(interval.line, '时长为零', 'has no length'));
  }
  for (const interval of intervals.toSorted((a, b) => a.start - b.start || a.line - b.line)) {
    const last = ofSensor.get(interval.key);
    if (last !== undefined && interval.start < last.end) {
      remarks.push(remark(interval.line, `与第 ${last.line} 行重叠，合为一段`, `overlaps line ${last.line}: taken as one`));
      const longer: Interval = interval.end > last.end ? { ...last, end: interval.end } : last;
      merged[merged.indexOf(last)] = longer;
      ofSensor.set(interval.key, longer);
      continue;
    }
    merged.push(interval);
    ofSensor.set(interval.key, interval);
  }
  const changes = merged.flatMap(({ key, start, end, line }) => {
    const { device, during, ended } = meanings[key] as Meaning;
    return [
      { at: start, line, facts: during, device },
      { at: end, line, facts: ended, device },
    ];
  });
  // Of one instant in the order of the lines; the sort keeps a beginning before its own end.
  const inOrder = changes.toSorted((a, b) => a.at - b.at || a.line - b.line);
  // The pad belongs to the bed, everything else to the home.
  return inOrder.map(({ at, device, facts }, index) =>
    importedReading(index + 1, device, at, facts, facts.occupied === undefined ? { bed: null } : {}),
  );
};
