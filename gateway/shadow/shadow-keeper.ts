import type Database from 'better-sqlite3';
import { type CareNumbers, careNumbersOf, careProfileSchema } from '../../domain/care-profile.ts';
import { residentSchema } from '../../domain/home.ts';
import type { BedId, DeviceId, HomeId } from '../../domain/ids.ts';
import { type Clock, days, type Instant, seconds } from '../../domain/instant.ts';
import { type Facts, factsSchema } from '../../domain/reading.ts';
import type { ReplayAlarm } from '../../domain/replay.ts';
import type { RecordName } from '../store/schema.ts';
import type { ShadowRules, StartShadowRules } from './shadow-rules.ts';

/** Rows of the journal looked through in one go: a millisecond or two, so that a press never waits long for it. */
const chunk = 1_000;
const everyMs = 1_000;
const nextMs = 5;
/** After the disk has refused. */
const againMs = 5_000;
/** What was received may still be on its way into the journal for so long. */
const onItsWay = seconds(5);
/** Shadow alarms are kept this long: a profile is judged by a season, not by years. */
const keptFor = days(400);
/** Records whose change may change who is in shadow, or with which numbers. */
const concerns: ReadonlySet<RecordName> = new Set(['resident', 'bed', 'home', 'profile', 'device']);

interface ShadowHome {
  readonly home: HomeId;
  /** The profile that runs in shadow on each bed, and the numbers that follow from it. */
  readonly profiles: Readonly<Record<string, string>>;
  readonly rules: ShadowRules;
  position: number;
}
type Noted = { readonly home: ShadowHome['home']; readonly number: number; readonly profile: string; readonly note: ReplayAlarm };

/**
 * Runs the profiles that are in shadow over the journal, a moment behind the real rules and on its own commits: it can neither hold up a
 * press nor change what it does, and costs nothing while no resident has one. States, position and alarms are one commit, so a crash at any
 * instant loses and doubles nothing.
 */
export const createShadowKeeper = (options: {
  readonly db: Database.Database;
  readonly clock: Clock;
  readonly startRules: StartShadowRules;
  /** A shadow failed; the real rules know nothing of it. Null: it is well again. */
  readonly onTrouble: (error: unknown) => void;
}) => {
  const { db, clock, startRules } = options;
  const inShadow = db.prepare<[], { home: string; body: string; profile: string | null }>(
    `SELECT bed.home, r.body, p.body AS profile FROM resident AS r JOIN bed ON bed.id = r.bed
     LEFT JOIN profile AS p ON p.id = json_extract(r.body, '$.shadowProfile')
     WHERE json_extract(r.body, '$.shadowProfile') IS NOT NULL ORDER BY r.id`,
  );
  const stored = db.prepare<[string], { profiles: string; position: number; state: string }>(
    'SELECT profiles, position, state FROM shadow_home WHERE home = ?',
  );
  const store = db.prepare(
    `INSERT INTO shadow_home (home, profiles, position, state) VALUES (?, ?, ?, ?)
     ON CONFLICT (home) DO UPDATE SET profiles = excluded.profiles, position = excluded.position, state = excluded.state`,
  );
  const homes = db.prepare<[], string>('SELECT home FROM shadow_home').pluck();
  const forget = db.prepare('DELETE FROM shadow_home WHERE home = ?');
  const lastNumber = db.prepare<[string], number | null>('SELECT max(number) FROM shadow_alarm WHERE home = ?').pluck();
  const putAlarm = db.prepare(
    `INSERT INTO shadow_alarm (home, number, bed, device, profile, rule, raised_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (home, number) DO UPDATE SET body = excluded.body`,
  );
  const prune = db.prepare('DELETE FROM shadow_alarm WHERE raised_at < ?');
  const top = db.prepare<[], number | null>('SELECT max(seq) FROM reading').pluck();
  const journal = db.prepare<
    [number, number, string],
    {
      seq: number;
      device: string;
      home: string;
      bed: string | null;
      received_at: number;
      device_at: number | null;
      event_id: string | null;
      facts: string;
    }
  >('SELECT * FROM reading WHERE seq > ? AND seq <= ? AND home IN (SELECT value FROM json_each(?)) ORDER BY seq');

  let running: ShadowHome[] = [];
  let noted: Noted[] = [];
  /** Records have changed, or memory is ahead of the store. */
  let stale = true;
  let timer: NodeJS.Timeout | null = null;
  let troubled = false;
  /** Until when the former process listened; told to the rules once they have heard everything up to now. */
  let deafFrom: number | null = null;

  const start = (home: HomeId, profiles: ShadowHome['profiles'], numbers: ReadonlyMap<string, CareNumbers>): ShadowHome => {
    const kept = stored.get(home);
    const goesOn = kept !== undefined && kept.profiles === JSON.stringify(profiles);
    const rules = startRules({
      numbersOf: (bed) => numbers.get(bed ?? '') ?? null,
      state: goesOn ? JSON.parse(kept.state) : null,
      lastAlarm: lastNumber.get(home) ?? 0,
      onAlarm: (id, note) => {
        const profile = profiles[note.bed ?? ''];
        if (profile !== undefined) noted.push({ home, number: Number(id.slice('alarm-'.length)), profile, note });
      },
    });
    return { home, profiles, rules, position: goesOn ? kept.position : (top.get() ?? 0) };
  };

  const takeUp = (): void => {
    const byHome = Map.groupBy(inShadow.all(), ({ home }) => home as HomeId);
    noted = [];
    running = [...byHome].map(([home, rows]) => {
      const profiles: Record<string, string> = {};
      const numbers = new Map<string, CareNumbers>();
      for (const { body, profile } of rows) {
        const resident = residentSchema.parse(JSON.parse(body));
        if (resident.shadowProfile === null || profile === null) continue;
        profiles[resident.bed] = resident.shadowProfile;
        numbers.set(resident.bed, careNumbersOf(careProfileSchema.parse(JSON.parse(profile)).numbers, resident.numbers));
      }
      return start(home, profiles, numbers);
    });
    for (const home of homes.all()) if (!byHome.has(home as HomeId)) forget.run(home);
    stale = false;
  };

  /** Looks through one piece of the journal. True when there is more. */
  const advance = (): boolean => {
    const newest = top.get() ?? 0;
    const from = Math.min(...running.map(({ position }) => position));
    const to = Math.min(newest, from + chunk);
    const rows = journal.all(from, to, JSON.stringify(running.map(({ home }) => home)));
    const byHome = Map.groupBy(rows, ({ home }) => home);
    for (const shadow of running) {
      const its = (byHome.get(shadow.home) ?? []).filter(({ seq }) => seq > shadow.position);
      shadow.rules.feed(its.map((row) => ({ type: 'reading', reading: readingOf(row) })));
      if (to === newest && deafFrom !== null) {
        shadow.rules.feed([{ type: 'deaf', from: deafFrom as Instant, to: clock.now() }]);
      }
      const lastAt = its.at(-1)?.received_at ?? 0;
      shadow.rules.finish(Math.max(to === newest ? clock.now() - onItsWay : 0, lastAt - 1, 0) as Instant);
      if (to > shadow.position) shadow.position = to;
    }
    if (to === newest) deafFrom = null;
    write();
    return to < newest;
  };

  const write = db.transaction((): void => {
    for (const { home, number, profile, note } of noted) {
      putAlarm.run(home, number, note.bed, note.device, profile, note.rule, note.raisedAt, JSON.stringify(note));
    }
    for (const { home, profiles, rules, position } of running) {
      store.run(home, JSON.stringify(profiles), position, JSON.stringify(rules.kept()));
    }
    noted = [];
  });

  /** Does one piece of what there is to do. True when there is more. */
  const step = (): boolean => {
    if (stale) takeUp();
    return running.length > 0 && advance();
  };

  const tick = (): void => {
    let wait = everyMs;
    try {
      if (step()) wait = nextMs;
      if (troubled) options.onTrouble(null);
      troubled = false;
    } catch (error) {
      stale = true;
      wait = againMs;
      if (!troubled) options.onTrouble(error);
      troubled = true;
    }
    timer = setTimeout(tick, wait);
  };

  return {
    /** Begins. @param lastAlive when the former run of the gateway was last known to listen; null for the first */
    start(lastAlive: Instant | null): void {
      deafFrom = lastAlive;
      tick();
    },
    stop(): void {
      if (timer !== null) clearTimeout(timer);
    },
    /** Does everything there is to do by the clock. Happens by itself too; for who moves the clock. */
    catchUp(): void {
      for (let more = true; more; ) more = step();
    },
    /** Records were committed. */
    recordsChanged(changed: readonly { readonly record: RecordName }[]): void {
      if (changed.some(({ record }) => concerns.has(record))) stale = true;
    },
    prune(): void {
      try {
        prune.run(clock.now() - keptFor);
      } catch (error) {
        options.onTrouble(error);
        troubled = true;
      }
    },
  };
};

const readingOf = (row: {
  readonly seq: number;
  readonly device: string;
  readonly home: string;
  readonly bed: string | null;
  readonly received_at: number;
  readonly device_at: number | null;
  readonly event_id: string | null;
  readonly facts: string;
}) => ({
  seq: row.seq,
  device: row.device as DeviceId,
  home: row.home as HomeId,
  bed: row.bed as BedId | null,
  receivedAt: row.received_at as Instant,
  deviceAt: row.device_at as Instant | null,
  eventId: row.event_id,
  facts: factsSchema.parse(JSON.parse(row.facts)) as Facts,
});
