import type { DeviceId, HomeId } from '../../domain/ids.ts';
import { bedIdSchema, homeIdSchema } from '../../domain/ids.ts';
import type { Language } from '../../domain/language.ts';
import type { Reading } from '../../domain/reading.ts';

/** A line of an imported file, by its number (the first is 1), and what is wrong or odd with it. */
export interface LineRemark {
  readonly line: number;
  readonly text: Readonly<Record<Language, string>>;
}

/** A history from a file. */
export interface ImportedHistory {
  /** In the order of time. */
  readonly readings: readonly Reading[];
  /** The IANA zone of the wall clock that nights are counted by. */
  readonly timeZone: string;
  /** Lines that were taken although they are odd. */
  readonly remarks: readonly LineRemark[];
}

/** The file is not what it should be. Names every bad line; nothing of the file is used. */
export class ImportRefused extends Error {
  readonly lines: readonly LineRemark[];

  constructor(lines: readonly LineRemark[]) {
    super(`${lines.length} bad line${lines.length === 1 ? '' : 's'}`);
    this.name = 'ImportRefused';
    this.lines = lines;
  }
}

/** An imported history is of one home with one bed, unless the file itself says otherwise. */
export const importedHome: HomeId = homeIdSchema.parse('imported');
export const importedBed = bedIdSchema.parse('imported');

/** A reading of an imported history. */
export const importedReading = (
  seq: number,
  device: DeviceId,
  receivedAt: Reading['receivedAt'],
  facts: Reading['facts'],
  rest: Partial<Pick<Reading, 'bed' | 'home' | 'deviceAt' | 'eventId'>> = {},
): Reading => ({ seq, device, home: importedHome, bed: importedBed, receivedAt, deviceAt: null, eventId: null, facts, ...rest });
