import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { InfluxDB, type IPoint, escape } from 'influx';
import { InfluxSilence } from './influx-failure.ts';
import { influxSchema } from './influx-points.ts';

/** Where InfluxDB 1.x listens and how to sign in. */
export interface InfluxSettings {
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Null where InfluxDB asks for none. */
  readonly credentials: { readonly username: string; readonly password: string } | null;
  /** An answer later than this counts as none. */
  readonly timeoutMs: number;
  /** How long a database that we create ourselves keeps points, in whole days; null for ever. One that exists already is left as it is. */
  readonly retentionDays: number | null;
}

/** The `influx` client, with its failures made ours to handle. Every call ends within the timeout. */
export interface InfluxConnection {
  readonly database: string;
  write(points: IPoint[]): Promise<void>;
  /** The undecoded answer, times in milliseconds. */
  query(statements: string): Promise<unknown>;
  createDatabase(): Promise<void>;
  /** Cuts what is under way and lets the sockets go. */
  close(): void;
}

/** The client would take a host out of service after a failure and fail all calls at once; when to try again is the writer's to say. */
const noBackoff = { getDelay: () => 0, next: () => noBackoff, reset: () => noBackoff };

export function createInfluxConnection(settings: InfluxSettings): InfluxConnection {
  const { protocol, host, port, database, credentials, timeoutMs } = settings;

  const connect = () => {
    const agent = new (protocol === 'https' ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 4 });
    const client = new InfluxDB({
      host,
      port,
      protocol,
      database,
      options: { agent },
      pool: { backoff: noBackoff, maxRetries: 0, requestTimeout: timeoutMs },
      schema: [{ ...influxSchema }],
      ...credentials,
    });
    return { agent, client };
  };
  let current = connect();

  /** The client's own timeout watches for a silent socket only, and an answer cut off half-way would never end its promise. */
  const inTime = async <T>(call: (client: InfluxDB) => Promise<T>): Promise<T> => {
    const { agent, client } = current;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        if (current.agent === agent) current = connect();
        agent.destroy();
        reject(new InfluxSilence(timeoutMs));
      }, timeoutMs);
    });
    try {
      return await Promise.race([call(client), deadline]);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    database,
    write: (points) => inTime((client) => client.writePoints(points, { precision: 'n' })),
    query: (statements) => inTime((client) => client.queryRaw(statements, { precision: 'ms', method: 'POST' })),
    async createDatabase() {
      const retention = settings.retentionDays === null ? '' : ` WITH DURATION ${settings.retentionDays}d`;
      await inTime((client) => client.query(`CREATE DATABASE ${escape.quoted(database)}${retention}`, { method: 'POST' }));
    },
    close: () => current.agent.destroy(),
  };
}
