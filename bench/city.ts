import { createGatewayProcess, type GatewayProcess } from '../test/harness/gateway-process.ts';
import { webhookConfig } from '../test/harness/first-home.ts';

/** The devices of home `index`: a pad under the mattress, which talks all the time, and a button, which is pressed. */
export const padOf = (index: number | '%i'): string => `pad-${index}`;
export const buttonOf = (index: number): string => `button-${index}`;
/** Long enough to be taken; of benches only. */
export const secretOf = (index: number | '%i'): string => `bench-secret-of-home-${index}-0123456789`;

/** About 120 bytes in Carebed's own protocol, as a pad sends them; `%s` and `%w` are filled in by the load generator. */
export const padMessage = '{"id":%s,"at":%w,"readings":{"occupied":true,"heartRate":62,"breathingRate":14,"battery":87,"signal":-61}}';

const rowsAtOnce = 2_000;

/**
 * A gateway in a process of its own, as a user starts it, with this many homes: each with a bed, a resident, a pad and a button that sign in
 * by themselves. Who is on duty is told by a webhook at `tell`.
 */
export const startCity = async (options: {
  readonly homes: number;
  readonly tell?: string;
  readonly nodeArguments?: readonly string[];
}): Promise<GatewayProcess> => {
  const { homes, tell = 'http://127.0.0.1:9/nobody', nodeArguments = [] } = options;
  const gateway = await createGatewayProcess(
    { ...webhookConfig({ desk: tell }), broker: { messagesPerSecond: 1_000, messageBurst: 5_000 } },
    { nodeArguments },
  );
  try {
    await gateway.start();
    await fill(gateway, homes);
  } catch (error) {
    await gateway.remove();
    throw error;
  }
  return gateway;
};

const fill = async (gateway: GatewayProcess, homes: number): Promise<void> => {
  const put = async (record: string, rows: readonly object[]): Promise<void> => {
    for (let start = 0; start < rows.length; start += rowsAtOnce)
      await gateway.api('POST', '/api/import', { record, rows: rows.slice(start, start + rowsAtOnce) });
  };
  const each = (make: (index: number) => readonly object[]): object[] => Array.from({ length: homes }, (_, index) => make(index)).flat();
  await put('district', [{ id: 'd1', name: '黄浦' }]);
  await put('provider', [{ id: 'p1', name: '安康', district: 'd1' }]);
  await put(
    'home',
    each((i) => [{ id: `h${i}`, provider: 'p1', name: `${i} 户`, address: `幸福路 ${i} 号` }]),
  );
  await put(
    'bed',
    each((i) => [{ id: `b${i}`, home: `h${i}`, name: '主卧' }]),
  );
  await put(
    'resident',
    each((i) => [{ id: `r${i}`, bed: `b${i}`, name: `${i} 号老人`, profile: 'standard' }]),
  );
  await put(
    'device',
    each((i) => {
      const common = { home: `h${i}`, bed: `b${i}`, secret: secretOf(i) };
      return [
        { id: padOf(i), model: 'carebed-bed-pad', ...common },
        { id: buttonOf(i), model: 'carebed-button', ...common },
      ];
    }),
  );
  await put('person', [{ id: 'desk', name: '值班', role: 'operator', channels: [{ channel: 'webhook', webhook: 'desk' }] }]);
  const always = { person: 'desk', weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' };
  await put('roster', [{ id: 'duty', name: 'duty', shifts: [always] }]);
};
