import type { GatewayProcess } from './gateway-process.ts';

/** Secret of every webhook in {@link webhookConfig}: of tests only. */
export const webhookSecret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** A configuration with these webhooks, all answered at these addresses. */
export const webhookConfig = (urls: Readonly<Record<string, string>>): Record<string, unknown> => ({
  channels: { webhooks: Object.entries(urls).map(([id, url]) => ({ id, url, secrets: [webhookSecret], allowPrivate: true })) },
});

/** What one home's people are told through: the channels of each person, by person. */
export type Channels = Readonly<Record<string, readonly Record<string, unknown>[]>>;

const everyDay = (person: string) => ({ person, weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' });

/**
 * Imports over the API: one home with a bed, a resident, a button, a pad and a fall sensor; an operator, a second seat, a supervisor, a
 * responder, a daughter. Policies with short times, so that an escalation is seen in seconds.
 * @returns the devices' secrets by device id
 */
export const importFirstHome = async (
  gateway: GatewayProcess,
  channels: Channels,
  levelSeconds: readonly [number, number, number] = [1, 2, 3],
): Promise<Map<string, string>> => {
  const secrets = new Map<string, string>();
  const put = async (record: string, rows: readonly Record<string, unknown>[]): Promise<void> => {
    const answer = await gateway.api<{ secrets: { device: string; secret: string }[] }>('POST', '/api/import', { record, rows });
    for (const { device, secret } of answer.secrets) secrets.set(device, secret);
  };
  await put('district', [{ id: 'd1', name: '黄浦' }]);
  await put('provider', [{ id: 'p1', name: '安康', district: 'd1' }]);
  await put('home', [{ id: 'h1', provider: 'p1', name: '王家', address: '幸福路 1 号 302', access: '钥匙在 301' }]);
  await put('bed', [{ id: 'b1', home: 'h1', name: '主卧' }]);
  await put('resident', [{ id: 'r1', bed: 'b1', name: '王秀英', profile: 'standard', notes: '听力差' }]);
  await put('device', [
    { id: 'button-1', model: 'carebed-button', home: 'h1', bed: 'b1', place: '床头' },
    { id: 'pad-1', model: 'carebed-bed-pad', home: 'h1', bed: 'b1' },
    { id: 'fall-1', model: 'carebed-fall-sensor', home: 'h1', bed: 'b1' },
  ]);
  const roles = {
    'operator-1': 'operator',
    'operator-2': 'operator',
    boss: 'supervisor',
    runner: 'responder',
    daughter: 'family',
    mechanic: 'maintainer',
  } as const;
  await put(
    'person',
    Object.entries(roles).map(([id, role]) => ({ id, name: `${id} 某某`, role, channels: channels[id] ?? [] })),
  );
  const duties = {
    duty: 'operator-1',
    'second-seat': 'operator-2',
    supervisor: 'boss',
    responders: 'runner',
    maintainers: 'mechanic',
  } as const;
  await put(
    'roster',
    Object.entries(duties).map(([id, person]) => ({ id, name: id, shifts: [everyDay(person)] })),
  );
  await put('contact', [{ id: 'c1', home: 'h1', person: 'daughter', order: 1, relation: '女儿' }]);
  const [second, third, fourth] = levelSeconds;
  await put('policy', [
    {
      id: 'default-high',
      name: '紧急',
      levels: [
        { afterSeconds: 0, targets: [{ type: 'roster', roster: 'duty' }] },
        {
          afterSeconds: second,
          targets: [
            { type: 'roster', roster: 'second-seat' },
            { type: 'contacts', order: 'parallel' },
          ],
        },
        { afterSeconds: third, targets: [{ type: 'roster', roster: 'supervisor' }] },
        { afterSeconds: fourth, targets: [{ type: 'roster', roster: 'responders' }], asks: 'dispatch-unverified' },
      ],
    },
  ]);
  return secrets;
};
