import type { DeviceId } from '../domain/ids.ts';
import { type Clock, type Instant, instant } from '../domain/instant.ts';
import { type Connection, type ConnectionOptions, createConnection } from './connection.ts';
import { type Emission, mustArrive, type Saying } from './emission.ts';
import { type SimDevice, type SimHome, signsIn } from './home.ts';
import type { Ledger } from './ledger.ts';
import { carebedJson, carebedWill } from './protocol/carebed-json.ts';
import type { Publication } from './protocol/publication.ts';
import { zigbee2mqtt, zigbee2mqttWill } from './protocol/zigbee2mqtt.ts';
import type { Random } from './random.ts';

/** Counts of one street, all homes together. */
export interface Tally {
  /** PUBLISH packets handed over, copies included. */
  published: number;
  acknowledged: number;
  /** Telemetry that was lost with a line, as a device without memory loses it. */
  lost: number;
  connects: number;
  refused: number;
  unreachable: number;
  commands: number;
}

export interface HomeLineOptions extends Pick<ConnectionOptions, 'url' | 'ca' | 'resendAfterMs'> {
  readonly home: SimHome;
  readonly random: Random;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly tally: Tally;
  /** The wall-clock instant of an instant of the simulated clock. */
  readonly toWall: (at: Instant) => Instant;
  readonly onFirstAnswer: (device: DeviceId, welcome: boolean) => void;
  readonly onSent: (saying: Saying) => void;
  readonly onAcknowledged: (saying: Saying, at: Instant) => void;
  readonly onLink: (device: DeviceId, up: boolean) => void;
  readonly onCommand: (device: DeviceId, topic: string, payload: Uint8Array) => void;
}

/** One home's connections, and its sayings put into bytes. */
export interface HomeLine {
  readonly home: SimHome;
  start(): void;
  deliver(emission: Emission): void;
  stop(): Promise<void>;
}

export const createHomeLine = (options: HomeLineOptions): HomeLine => {
  const { home, tally, ledger, clock } = options;
  const encode = home.dialect === 'zigbee2mqtt' ? zigbee2mqtt : carebedJson;
  const willOf = home.dialect === 'zigbee2mqtt' ? zigbee2mqttWill : carebedWill;

  const connectionOf = (device: SimDevice): Connection => {
    let answered = false;
    const answer = (welcome: boolean): void => {
      if (!answered) options.onFirstAnswer(device.id, welcome);
      answered = true;
    };
    return createConnection({
      ...options,
      id: device.id,
      secret: device.secret ?? '',
      will: willOf(device),
      random: options.random.fork('line', device.id),
      onConnect: () => {
        tally.connects += 1;
        answer(true);
        options.onLink(device.id, true);
      },
      onFailed: (code) => {
        if (code === null) tally.unreachable += 1;
        else {
          tally.refused += 1;
          answer(false);
        }
      },
      onLost: () => options.onLink(device.id, false),
      onCommand: (topic, payload) => {
        tally.commands += 1;
        options.onCommand(device.id, topic, payload);
      },
    });
  };
  const connections = new Map(signsIn(home).map((device) => [device.id, connectionOf(device)]));

  const tell = async (connection: Connection, publication: Publication): Promise<void> => {
    if (connection.connected) tally.published += 1;
    if (await connection.tell(publication)) tally.acknowledged += 1;
    else tally.lost += 1;
  };

  const insistQuietly = async (connection: Connection, publication: Publication): Promise<void> => {
    const arrived = await connection.insist(publication, () => {
      tally.published += 1;
    });
    if (arrived) tally.acknowledged += 1;
  };

  /** All parts of a call are insisted on; it counts as acknowledged with its first part, the one that says what happened. */
  const insist = async (connection: Connection, saying: Saying, publications: readonly Publication[]): Promise<void> => {
    const [first, ...rest] = publications;
    if (first === undefined) return;
    const arrived = connection.insist(first, () => {
      tally.published += 1;
      ledger.sent({ id: saying.id, home: home.id, device: saying.device.id, facts: saying.facts, sentAt: clock.now() });
      options.onSent(saying);
    });
    for (const publication of rest) void insistQuietly(connection, publication);
    if (!(await arrived)) return;
    tally.acknowledged += 1;
    const at = clock.now();
    ledger.acknowledged(saying.id, at);
    options.onAcknowledged(saying, at);
  };

  return {
    home,
    start: () => {
      for (const connection of connections.values()) connection.start();
    },
    deliver: (emission) => {
      if (emission.type === 'link') {
        for (const [device, connection] of connections) {
          if (emission.device !== null && emission.device !== device) continue;
          if (emission.up) connection.restore();
          else connection.cut();
        }
        return;
      }
      const publications = encode(emission, instant(options.toWall(emission.happenedAt) + emission.clockErrorMs));
      const connection = publications[0] === undefined ? undefined : connections.get(publications[0].sender);
      if (connection === undefined) return;
      if (mustArrive(emission)) void insist(connection, emission, publications);
      else for (const publication of publications) void tell(connection, publication);
    },
    stop: async () => {
      await Promise.all([...connections.values()].map((connection) => connection.stop()));
    },
  };
};
