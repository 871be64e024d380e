import type { AlarmId, HomeId } from '../../domain/ids.ts';
import { type Duration, type Instant, minutes } from '../../domain/instant.ts';

/**
 * When devices of so many homes fall silent within so long, it is one outage and not many (judgement: a power cut or a network fault takes
 * a street at once, while single devices fail one by one).
 */
export interface OutageNumbers {
  readonly homes: number;
  readonly within: Duration;
}
export const defaultOutageNumbers: OutageNumbers = { homes: 5, within: minutes(3) };

/** What the watch says to one more silent device. */
export type OutageVerdict =
  /** A fault of its own. */
  | { readonly type: 'single' }
  /** With this one it has become an outage: it joins `case`, whose first alarm is told again as what it now is. */
  | { readonly type: 'begins'; readonly case: AlarmId; readonly homes: number }
  /** It belongs to the outage that `case` stands for. */
  | { readonly type: 'belongs'; readonly case: AlarmId; readonly homes: number };

/**
 * Watches device faults for outages. Holds the faults of the last minutes only; a fault more costs as much as faults have left the window.
 * Calls for help never come here.
 */
export const createOutageWatch = ({ homes: enough, within }: OutageNumbers = defaultOutageNumbers) => {
  let recent: { readonly at: Instant; readonly home: HomeId }[] = [];
  const perHome = new Map<HomeId, number>();
  let lead: AlarmId | null = null;
  let first: AlarmId | null = null;

  const forgetOld = (now: Instant): void => {
    const old = recent.findIndex(({ at }) => at > now - within);
    const gone = old === -1 ? recent : recent.slice(0, old);
    if (gone.length === 0) return;
    for (const { home } of gone) {
      const left = (perHome.get(home) ?? 1) - 1;
      if (left === 0) perHome.delete(home);
      else perHome.set(home, left);
    }
    recent = old === -1 ? [] : recent.slice(old);
    if (recent.length === 0) first = null;
    if (perHome.size < enough) lead = null;
  };

  return {
    /**
     * One more device fault, `own` its alarm. `isOpen` tells whether an alarm still is: one that has ended stands for nobody, and the next
     * takes its place, so that an outage is never without an alarm that somebody is told of.
     */
    take(own: AlarmId, home: HomeId, now: Instant, isOpen: (alarm: AlarmId) => boolean): OutageVerdict {
      forgetOld(now);
      recent.push({ at: now, home });
      perHome.set(home, (perHome.get(home) ?? 0) + 1);
      if (first === null || !isOpen(first)) first = own;
      if (lead !== null && isOpen(lead)) return { type: 'belongs', case: lead, homes: perHome.size };
      if (perHome.size < enough) return { type: 'single' };
      lead = first;
      return lead === own ? { type: 'single' } : { type: 'begins', case: lead, homes: perHome.size };
    },
    clear(): void {
      recent = [];
      perHome.clear();
      lead = null;
      first = null;
    },
  };
};
