import { type Alarm, isCallRule } from '../../domain/alarm.ts';
import type { ExplanationPoint, RuleExplanation, RuleStanding, standings } from '../../domain/explanation.ts';
import type { BedId, DeviceId } from '../../domain/ids.ts';
import { between, type Instant } from '../../domain/instant.ts';
import type { Language } from '../../domain/language.ts';
import type { Reading } from '../../domain/reading.ts';
import type { ReplayAlarm } from '../../domain/replay.ts';
import { wordPoint } from '../../domain/wording/explanation-wording.ts';
import type { InspectedState } from '../pipeline/rule-runner.ts';
import { rules as catalogue } from '../rules/catalogue.ts';
import type { Rule } from '../rules/rule.ts';
import type { Replay } from './replay.ts';

type Standing = (typeof standings)[number];
/** So many readings are shown with each rule. */
const shown = 5;
/** … out of so many that are remembered for each device and kind. */
const rememberedEach = 5;

/** Remembers the last readings of each device and kind, while a history goes by. */
export const createLastReadings = () => {
  const last = new Map<string, Reading[]>();
  return {
    take(reading: Reading): void {
      for (const kind of Object.keys(reading.facts)) {
        const key = `${reading.device} ${kind}`;
        const known = last.get(key);
        if (known === undefined) last.set(key, [reading]);
        else {
          known.push(reading);
          if (known.length > rememberedEach) known.shift();
        }
      }
    },
    /** The newest first. */
    of(rule: Rule<unknown>, about: (reading: Reading) => boolean): Reading[] {
      const wants = (reading: Reading): boolean => {
        if (rule.reads === 'any') return true;
        if (rule.reads === 'device-time') return reading.deviceAt !== null;
        return rule.reads.some((kind) => reading.facts[kind] !== undefined);
      };
      const found = new Set([...last.values()].flat().filter((reading) => wants(reading) && about(reading)));
      return [...found].toSorted((a, b) => b.receivedAt - a.receivedAt || b.seq - a.seq).slice(0, shown);
    },
  };
};
export type LastReadings = ReturnType<typeof createLastReadings>;

const camel = (name: string): string => name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const isOff = (inspected: Pick<InspectedState, 'rule' | 'context'>): boolean => {
  const group = Object.entries(inspected.context.numbers).find(([name]) => name === camel(inspected.rule.name))?.[1];
  return group !== undefined && 'enabled' in group && !group.enabled;
};

const minutesBetween = (from: Instant, to: Instant): number => Math.floor(between(from, to) / 60_000);
const point = (code: ExplanationPoint['code'], numbers: ExplanationPoint['numbers'] = {}): ExplanationPoint => ({ code, numbers });

/** What can be said of any rule: from its last alarm in the replay, its wait, its numbers and its readings. */
const generic = ({ wakeAt }: InspectedState, open: boolean): RuleStanding => {
  if (open) return { standing: 'raised', since: null, points: [] };
  if (wakeAt !== null) return { standing: 'waiting', since: null, points: [point('looks-again', { at: wakeAt })] };
  return { standing: 'calm', since: null, points: [point('nothing-begun')] };
};

/** A call stays open until a person ends it, so only what the rule itself says tells whether it goes on. */
const isOpen = (alarm: ReplayAlarm | undefined): boolean => alarm !== undefined && alarm.overAt === null && !isCallRule(alarm.rule);

const explainOne = (
  inspected: InspectedState,
  alarm: ReplayAlarm | undefined,
  readings: readonly Reading[],
  days: number,
): Omit<RuleExplanation, 'sentence' | 'words'> => {
  const { rule, state, context, device } = inspected;
  const { now, residentState } = context;
  const open = isOpen(alarm);
  const own = rule.explain?.(state, context) ?? generic(inspected, open);
  const off = isOff(inspected);
  const quiet = rule.inactivity && residentState !== 'at-home';
  const raised = open || own.standing === 'raised';
  const standing: Standing = raised ? 'raised' : off ? 'off' : quiet ? 'quiet' : readings.length === 0 ? 'unheard' : own.standing;
  const points: ExplanationPoint[] = [];
  if (off) points.push(point('rule-off'));
  if (quiet) points.push(point('resident-state', { state: residentState }));
  const last = alarm?.raises.at(-1);
  if (alarm !== undefined && last !== undefined) {
    const { code, since, numbers } = last.reason;
    if (alarm.overAt === null) points.push(point('raised', { ...numbers, code, since, at: last.at }));
    else points.push(point('was-over', { code, at: last.at, overAt: alarm.overAt }));
  }
  if (standing !== 'off') points.push(...own.points);
  const newest = readings[0];
  if (newest !== undefined) {
    points.push(point('last-heard', { device: newest.device, at: newest.receivedAt, minutes: minutesBetween(newest.receivedAt, now) }));
  } else points.push(point('never-heard', { days, kinds: typeof rule.reads === 'string' ? rule.reads : rule.reads.join(', ') }));
  return {
    rule: rule.name,
    device,
    standing,
    since: own.since ?? (open ? (last?.reason.since ?? null) : null),
    points,
    readings: readings.map(({ receivedAt: at, device: from, facts }) => ({ at, device: from, facts })),
  };
};

const order: Readonly<Record<Standing, number>> = { raised: 0, waiting: 1, quiet: 2, calm: 3, unheard: 4, off: 5 };

/**
 * How every rule about a bed stands after a history was played: also those that have never heard a thing, for that is why they were silent.
 * @param days how far back the history goes
 */
export const explainBed = (
  replay: Replay,
  last: LastReadings,
  asked: {
    readonly bed: BedId;
    readonly home: Alarm['home'];
    readonly devices: readonly DeviceId[];
    readonly now: Instant;
    readonly days: number;
    readonly language: Language;
    readonly timeZone: string;
    /** What surrounds a rule that has no state yet. */
    readonly contextOf: () => InspectedState['context'];
  },
): RuleExplanation[] => {
  const { bed, home, devices, now, language, timeZone } = asked;
  const alarms = replay.alarms();
  const found: InspectedState[] = [...replay.pipeline.inspect(now)].filter((each) =>
    each.rule.subject === 'bed' ? each.bed === bed || (each.bed === null && each.home === home) : devices.includes(each.device as DeviceId),
  );
  const heard = new Set(found.map(({ rule }) => rule.name));
  const silent = catalogue
    .filter(({ name, subject }) => subject === 'bed' && !heard.has(name))
    .map(
      (rule): InspectedState => ({
        rule,
        subject: bed,
        state: rule.initial,
        wakeAt: null,
        home,
        bed,
        device: null,
        context: asked.contextOf(),
      }),
    );
  return [...found, ...silent]
    .map((each) => {
      const ofDevice = each.rule.subject === 'device';
      const about = (reading: Reading): boolean =>
        ofDevice ? reading.device === each.device : reading.bed === each.bed || (reading.bed === null && each.rule.hears === 'home');
      const alarm = alarms.findLast(
        ({ rule, device, bed: of }) => rule === each.rule.name && (ofDevice ? device === each.device : of === each.bed),
      );
      const explained = explainOne(each, alarm, last.of(each.rule, about), asked.days);
      return {
        ...explained,
        sentence: each.rule.sentence(each.context.numbers, language),
        words: explained.points.map((one) => wordPoint(one, language, timeZone, now)),
      };
    })
    .toSorted((a, b) => order[a.standing] - order[b.standing]);
};
