import { isCallRule } from '../../domain/alarm.ts';
import type { Act } from './answers.ts';
import { counted, type Finding, promised } from './finding.ts';
import type { StoreView } from './store-view.ts';

/** No alarm in silence; no answered act lost or done twice; the store sound. */
export const checkAlarms = (store: StoreView, acts: readonly Act[]): readonly Finding[] => {
  const told = Map.groupBy(store.notifications, ({ alarm }) => alarm);
  const logs = new Map<string, StoreView['alarms'][number]['log']>(store.alarms.map(({ alarm, log }) => [alarm.id, log]));
  const open = store.alarms.filter(({ alarm }) => alarm.state.value !== 'closed');
  const about = Map.groupBy(open, ({ alarm }) => `${alarm.rule} ${alarm.priority === 'technical' ? alarm.device : alarm.bed}`);
  const linesOf = (act: Act): number =>
    (logs.get(act.alarm) ?? []).filter(({ type, data }) =>
      act.type === 'note' ? type === 'noted' && data['text'] === act.key : type === 'closed',
    ).length;

  return [
    counted('alarms', store.alarms.length),
    promised('beds and devices with at most one open alarm of a rule', [...about], ([key, alarms]) =>
      alarms.length <= 1 ? null : `${key} has ${alarms.length}`,
    ),
    promised(
      'calls for help that reached somebody, or said that nobody was reached',
      store.alarms.filter(({ alarm }) => isCallRule(alarm.rule)),
      ({ alarm, log }) => {
        const messages = told.get(alarm.id) ?? [];
        const reached = messages.some(({ outcome }) => outcome === 'delivered' || outcome === 'accepted');
        const said = log.some(({ type }) => type === 'exhausted' || type === 'unreachable');
        const taken = messages.length > 0 && log.some(({ type }) => type === 'acknowledged' || type === 'closed');
        return reached || said || taken ? null : `${alarm.id} (${alarm.rule}) reached nobody and said nothing`;
      },
    ),
    promised(
      'acts answered, each done once',
      acts.filter(({ type, status }) => type !== 'acknowledge' && status === 200),
      (act) => {
        const lines = linesOf(act);
        return lines === 1 ? null : `${act.key} (${act.type} ${act.alarm}) was answered and stands ${lines} times in the log`;
      },
    ),
    promised(
      'acts refused, for a reason that fits',
      acts.filter(({ status }) => status !== 200 && status !== null),
      (act) => (act.status === 409 ? null : `${act.key} (${act.type} ${act.alarm}) was answered ${act.status}`),
    ),
    counted('acts that had to be sent again', acts.filter(({ tries }) => tries > 1).length),
    promised('the store, sound', [store.damage], (damage) => (damage.length === 0 ? null : damage.join('; '))),
  ];
};
