import { isCall } from '../../domain/reading.ts';
import type { LedgerEntry } from '../../simulators/ledger.ts';
import { counted, type Finding, promised } from './finding.ts';
import type { KeptReading, StoreView } from './store-view.ts';

/** Reasons that each stand for one call of a device. What follows from a call (not taken back, long lie) has others. */
const callReasons = new Set(['pressed', 'fall-confirmed', 'fall-suspected', 'fall-suspected-again']);

const reasonOf = (data: Readonly<Record<string, unknown>>): { code: string; since: number } | null => {
  const reason = data['reason'] as { code?: unknown; since?: unknown } | undefined;
  return typeof reason?.code === 'string' && typeof reason.since === 'number' ? { code: reason.code, since: reason.since } : null;
};

const ruleOf = ({ facts }: KeptReading): string => (facts.button === undefined ? 'fall' : 'button');

/** Every call that a device has the PUBACK of is in the journal once, and was signalled once, in one alarm. */
export const checkCalls = (store: StoreView, ledger: readonly LedgerEntry[], acknowledgedMessages: number): readonly Finding[] => {
  const calls = ledger.filter(({ facts }) => isCall(facts));
  const kept = store.readings.filter(({ eventId, facts }) => eventId !== null && isCall(facts));
  const copies = Map.groupBy(kept, ({ device, eventId }) => `${device} ${eventId}`);
  const sent = new Set(ledger.map(({ device, id }) => `${device} ${id}`));

  /** One signal for each call of a bed, at the instant it was received: neither lost nor raised twice. */
  const signals = new Map<string, number[]>();
  const callsHeld = new Map<string, number>();
  for (const { alarm, log } of store.alarms) {
    const about = `${alarm.bed} ${alarm.rule}`;
    if (alarm.rule === 'button' || alarm.rule === 'fall') callsHeld.set(about, (callsHeld.get(about) ?? 0) + alarm.calls);
    for (const { type, data } of log) {
      if (type !== 'raised' && type !== 'raised-again' && type !== 'priority-raised') continue;
      const reason = reasonOf(data);
      if (reason !== null && callReasons.has(reason.code)) signals.set(about, [...(signals.get(about) ?? []), reason.since]);
    }
  }
  const heard = Map.groupBy(kept, (reading) => `${reading.bed} ${ruleOf(reading)}`);
  const places = [...new Set([...heard.keys(), ...callsHeld.keys()])];

  return [
    promised('calls made (presses and falls), each acknowledged in the end', calls, ({ id, acknowledgedAt }) =>
      acknowledgedAt === null ? `${id} never got its PUBACK` : null,
    ),
    counted(
      'PUBLISH packets for them, copies included',
      calls.reduce((sum, call) => sum + call.copies, 0),
    ),
    promised(
      'acknowledged calls, each in the journal once',
      calls.filter(({ acknowledgedAt }) => acknowledgedAt !== null),
      (call) => {
        const found = copies.get(`${call.device} ${call.id}`)?.length ?? 0;
        return found === 1 ? null : `${call.id} was acknowledged and stands ${found} times in the journal`;
      },
    ),
    promised(
      'calls without PUBACK, each in the journal at most once',
      calls.filter(({ acknowledgedAt }) => acknowledgedAt === null),
      (call) => {
        const found = copies.get(`${call.device} ${call.id}`)?.length ?? 0;
        return found <= 1 ? null : `${call.id} stands ${found} times in the journal`;
      },
    ),
    promised('calls in the journal, each made by a device', kept, ({ device, eventId }) =>
      sent.has(`${device} ${eventId}`) ? null : `${eventId} of ${device} was never sent`,
    ),
    promised('beds and rules whose calls were signalled once each', places, (about) => {
      const received = (heard.get(about) ?? []).map(({ receivedAt }) => receivedAt).toSorted((a, b) => a - b);
      const said = (signals.get(about) ?? []).toSorted((a, b) => a - b);
      return JSON.stringify(received) === JSON.stringify(said) ? null : `${about}: ${received.length} calls, ${said.length} signals`;
    }),
    promised('beds and rules whose alarms hold as many calls as were made', places, (about) => {
      const received = heard.get(about)?.length ?? 0;
      const held = callsHeld.get(about) ?? 0;
      return received === held ? null : `${about}: ${received} calls in the journal, ${held} in alarms`;
    }),
    promised('messages with a PUBACK, no fewer in the journal', [acknowledgedMessages], (acknowledged) =>
      store.readings.length >= acknowledged ? null : `${acknowledged} were acknowledged, ${store.readings.length} are in the journal`,
    ),
    counted('messages acknowledged, telemetry included', acknowledgedMessages),
  ];
};
