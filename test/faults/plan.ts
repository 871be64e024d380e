import { deviceOf, type SimHome } from '../../simulators/home.ts';
import { createRandom } from '../../simulators/random.ts';
import type { Scenario } from '../../simulators/scenarios/scenario.ts';
import { planStreet } from '../../simulators/street-plan.ts';

/** What happens in a home: each of the four has its own exact account. */
type Part = 'presses' | 'falls-confirmed' | 'falls-suspected' | 'leaves-bed';
const parts = ['presses', 'falls-confirmed', 'falls-suspected', 'leaves-bed'] as const;
export const partOf = (index: number): Part => parts[index % parts.length] ?? 'presses';

/** When each level is told, in seconds: so short that a restart falls between any two. */
export const levelSeconds = [0, 1, 2, 3] as const;
/** How long a suspected fall may be taken back, in seconds. */
export const localCancelSeconds = 2;
/** Out of bed for so long is an alarm; the least that can be set. */
export const outOfBedMinutes = 1;

type Row = Record<string, unknown>;

export interface Plan {
  readonly homes: readonly SimHome[];
  readonly scenario: Scenario;
  /** What is imported, parents first. */
  readonly records: readonly { readonly record: string; readonly rows: readonly Row[] }[];
  /** Where each person's messages must arrive, by `channel address`, so that a wrong receiver is noticed. */
  readonly ownerOf: ReadonlyMap<string, string>;
}

/** Shanghai's wall clock, which has no summer time. */
const clockTime = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(11, 16);

const mail = (id: string): Row => ({ channel: 'email', address: `${id}@people.example` });
const sms = (number: number): Row => ({ channel: 'sms', phone: `138${String(number).padStart(8, '0')}` });
const hook = (webhook: string): Row => ({ channel: 'webhook', webhook });

/** Family members are reached in turn by each channel, some by a second one. */
const familyChannels = (id: string, index: number): Row[] =>
  [[mail(id)], [sms(100 + index)], [hook('family'), mail(id)], [mail(id), sms(100 + index)]][index % 4] ?? [];

/**
 * A street whose every home has one exact story, its people on a mix of channels, and a policy of seconds. The same seed and number of homes
 * give the same plan, but for the hours of the night, which lie around `now`.
 */
export const planFaults = (options: { readonly homes: number; readonly seed: string; readonly now: number }): Plan => {
  const homes = planStreet({ homes: options.homes, prefix: 'f', dialectOf: (index) => (index % 3 === 2 ? 'hub' : 'direct') });
  const random = createRandom(`${options.seed}/plan`);
  const staff: [id: string, role: string, channels: Row[]][] = [
    ['desk', 'operator', [hook('desk')]],
    ['second', 'operator', [mail('second'), sms(2)]],
    ['boss', 'supervisor', [sms(3), mail('boss')]],
    ['runner', 'responder', [hook('crew'), sms(4)]],
    ['mechanic', 'maintainer', [mail('mechanic')]],
  ];
  const people: Row[] = [
    ...staff.map(([id, role, channels]) => ({ id, name: `${id} 某某`, role, channels })),
    ...homes.map((_, index) => ({
      id: `family-${index}`,
      name: `家人 ${index}`,
      role: 'family',
      language: index % 2 === 0 ? 'zh-CN' : 'en',
      channels: familyChannels(`family-${index}`, index),
    })),
  ];
  const roster = (id: string, person: string): Row => ({ id, name: id, shifts: [{ person }] });
  const level = (index: number, ...targets: Row[]): Row => ({ afterSeconds: levelSeconds[index], targets });
  const duty = (id: string): Row => ({ type: 'roster', roster: id });
  const bedOf = (home: SimHome): string => deviceOf(home, 'bed')?.bed ?? '';
  const outOfBed = {
    nightFrom: clockTime(options.now - 2 * 3_600_000),
    nightTo: clockTime(options.now + 8 * 3_600_000),
    preAlertMinutes: outOfBedMinutes,
    alarmMinutes: outOfBedMinutes,
    debounceSeconds: 0,
  };
  const ownerOf = new Map<string, string>();
  for (const { id, channels } of people as { id: string; channels: Record<string, string>[] }[]) {
    for (const { channel, address, phone } of channels) {
      if (channel !== 'webhook') ownerOf.set(`${channel} ${address ?? phone}`, id);
    }
  }

  return {
    homes,
    ownerOf,
    scenario: {
      name: 'faults',
      text: { 'zh-CN': '故障试验', en: 'A trial by faults' },
      startsAt: null,
      durationSeconds: Number.MAX_SAFE_INTEGER / 1_000_000,
      script: (_home, index, context) => ({
        state: { inBed: true, room: 'bedroom', doorOpen: false },
        resident:
          partOf(index) === 'leaves-bed'
            ? [{ at: (context.from + Math.round(random.fork(index).between(3_000, 60_000))) as never, type: 'gets-up' }]
            : [],
        faults: [],
        expects: [],
        batteryPercent: 90,
      }),
    },
    records: [
      { record: 'district', rows: [{ id: 'd', name: '区' }] },
      { record: 'provider', rows: [{ id: 'p', name: '服务中心', district: 'd' }] },
      { record: 'home', rows: homes.map(({ id }) => ({ id, provider: 'p', name: `${id} 家`, address: '街 1 号' })) },
      { record: 'bed', rows: homes.map((home) => ({ id: bedOf(home), home: home.id, name: '主卧' })) },
      { record: 'profile', rows: [{ id: 'faults', name: '试验', numbers: { fall: { localCancelSeconds }, outOfBed } }] },
      {
        record: 'resident',
        rows: homes.map((home, index) => ({ id: `r-${index}`, bed: bedOf(home), name: `老人 ${index}`, profile: 'faults' })),
      },
      {
        record: 'device',
        rows: homes.flatMap((home) =>
          home.devices.map(({ id, model, secret, hub, hubName, bed }) => ({
            id,
            model,
            home: home.id,
            bed,
            hub,
            hubName,
            ...(secret === null ? {} : { secret }),
          })),
        ),
      },
      { record: 'person', rows: people },
      { record: 'contact', rows: homes.map((home, index) => ({ id: `c-${index}`, home: home.id, person: `family-${index}`, order: 1 })) },
      {
        record: 'roster',
        rows: [
          roster('duty', 'desk'),
          roster('second-seat', 'second'),
          roster('supervisor', 'boss'),
          roster('responders', 'runner'),
          roster('maintainers', 'mechanic'),
        ],
      },
      {
        record: 'policy',
        rows: [
          {
            id: 'default-high',
            name: '紧急',
            levels: [
              level(0, duty('duty')),
              level(1, duty('second-seat'), { type: 'contacts', order: 'parallel' }),
              level(2, duty('supervisor')),
              { ...level(3, duty('responders')), asks: 'dispatch-unverified' },
            ],
            repeatSeconds: 30,
            remindSeconds: 10,
            reopenSeconds: 20,
          },
        ],
      },
    ],
  };
};
