import { connect, type MqttClient } from 'mqtt';
import type { Publication } from './protocol/publication.ts';
import type { Random } from './random.ts';

export interface ConnectionOptions {
  /** `mqtt://`, `mqtts://` or `ws://` with host and port. */
  readonly url: string;
  readonly id: string;
  readonly secret: string;
  readonly will: Publication;
  readonly random: Random;
  /** PEM of a certificate authority to trust instead of the system's; null for the system's. */
  readonly ca: string | null;
  /** A call without PUBACK goes out again after this long. */
  readonly resendAfterMs: number;
  readonly onConnect: () => void;
  /** A sign-in came to nothing: `code` is the CONNACK return code of a refusal, or null when nobody was there. */
  readonly onFailed: (code: number | null) => void;
  /** A connection that stood is gone. */
  readonly onLost: () => void;
  readonly onCommand: (topic: string, payload: Uint8Array) => void;
}

/** One device's or hub's line to the gateway. It signs in again by itself, with growing waits, until stopped. */
export interface Connection {
  start(): void;
  readonly connected: boolean;
  /** Sends once; resolves true at the PUBACK, false when it was lost with the connection. A device does not keep its telemetry. */
  tell(publication: Publication): Promise<boolean>;
  /**
   * Sends until there is a PUBACK, however long that takes and however often the line is lost; `onCopy` is called for every PUBLISH handed
   * over. Resolves true at the first PUBACK, false when the connection is stopped before.
   */
  insist(publication: Publication, onCopy: () => void): Promise<boolean>;
  /** Pulls the plug: no DISCONNECT, and no new sign-in until `restore`. */
  cut(): void;
  restore(): void;
  /** Says goodbye (DISCONNECT) and stays away. */
  stop(): Promise<void>;
}

const firstWaitMs = 500;
const longestWaitMs = 20_000;
const goodbyeMs = 1_000;

/** Promises nothing until started. Every sign-in is a new MQTT client: what was under way when a line broke is sent again from here. */
export const createConnection = (options: ConnectionOptions): Connection => {
  let client: MqttClient | null = null;
  let plugged = true;
  let stopped = false;
  let waitMs = firstWaitMs;
  let retry: NodeJS.Timeout | null = null;
  const calls = new Set<{ attempt(): void; giveUp(): void }>();

  const signInLater = (): void => {
    if (stopped || !plugged || retry !== null || client !== null) return;
    const wait = waitMs * options.random.between(0.5, 1);
    waitMs = Math.min(waitMs * 2, longestWaitMs);
    retry = setTimeout(() => {
      retry = null;
      open();
    }, wait);
  };

  const open = (): void => {
    let stood = false;
    const made = connect(options.url, {
      clientId: options.id,
      username: options.id,
      password: options.secret,
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      reconnectPeriod: 0,
      connectTimeout: 30_000,
      queueQoSZero: false,
      resubscribe: false,
      ...(options.ca === null ? {} : { ca: options.ca }),
      will: { topic: options.will.topic, payload: Buffer.from(options.will.payload), qos: options.will.qos, retain: options.will.retain },
    });
    client = made;
    made.on('connect', () => {
      stood = true;
      waitMs = firstWaitMs;
      options.onConnect();
      made.subscribe(`carebed/v1/${options.id}/command/#`, { qos: 1 }, () => undefined);
      for (const call of calls) call.attempt();
    });
    made.on('message', (topic, payload) => options.onCommand(topic, payload));
    made.on('error', (error) => {
      if (!stood) options.onFailed('code' in error && typeof error.code === 'number' ? error.code : null);
      made.stream.destroy();
    });
    made.on('close', () => {
      if (client !== made) return;
      client = null;
      made.end(true);
      if (stood) options.onLost();
      signInLater();
    });
  };

  const send = (publication: Publication): Promise<boolean> =>
    new Promise((resolve) => {
      if (client?.connected !== true) return resolve(false);
      client.publish(publication.topic, publication.payload, { qos: publication.qos, retain: publication.retain }, (error) =>
        resolve(!error),
      );
    });

  return {
    start: () => {
      if (client === null && retry === null && !stopped) open();
    },
    get connected() {
      return client?.connected ?? false;
    },
    tell: send,
    insist: (publication, onCopy) =>
      new Promise((resolve) => {
        const end = (acknowledged: boolean): void => {
          clearInterval(timer);
          calls.delete(call);
          resolve(acknowledged);
        };
        const call = {
          attempt: (): void => {
            if (client?.connected !== true) return;
            onCopy();
            void send(publication).then((acknowledged) => {
              if (acknowledged) end(true);
            });
          },
          giveUp: () => end(false),
        };
        const timer = setInterval(call.attempt, options.resendAfterMs);
        calls.add(call);
        call.attempt();
      }),
    cut: () => {
      plugged = false;
      if (retry !== null) clearTimeout(retry);
      retry = null;
      client?.stream.destroy();
    },
    restore: () => {
      plugged = true;
      waitMs = firstWaitMs;
      signInLater();
    },
    stop: async () => {
      stopped = true;
      if (retry !== null) clearTimeout(retry);
      for (const call of calls) call.giveUp();
      const last = client;
      if (last === null) return;
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, goodbyeMs);
      await Promise.race([last.endAsync(!last.connected), late]);
      clearTimeout(timer);
      last.end(true);
    },
  };
};
