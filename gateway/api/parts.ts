import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { PersonId } from '../../domain/ids.ts';
import type { Clock, Instant } from '../../domain/instant.ts';
import type { Language } from '../../domain/language.ts';
import type { MessageSubject } from '../../domain/notification.ts';
import type { PersonRole, Roster } from '../../domain/people.ts';
import type { DeviceModelTools } from '../device-models.ts';
import type { Keeper } from '../keeper/command.ts';
import type { LiveFeed } from '../live-event.ts';
import type { PastRules } from '../replay/question.ts';
import type { Reader } from '../store/reader.ts';
import type { TelemetryQueries } from '../telemetry/store.ts';

/** Whether the gateway does its work; when not, the reasons, each a stable code. */
export interface Health {
  ready(): { readonly ready: boolean; readonly reasons: readonly string[] };
}

export interface ApiSettings {
  /** Where people reach this gateway, without a slash at the end: `https://care.example.org`. */
  readonly publicUrl: string;
  /** Where devices find the broker, for labels: a host name or address, and the ports that are open. */
  readonly broker: { readonly host: string; readonly mqtt: number | null; readonly mqtts: number | null };
  /** Folder into which backups are written. */
  readonly backupFolder: string;
  /** Requests a minute for one token, apart from alarms. */
  readonly requestsPerMinute: number;
  /** Requests a minute for one token on alarms and cases: generous, so that no call waits for a counter. */
  readonly alarmRequestsPerMinute: number;
  /** Wrong tokens a minute from one address before it has to wait. */
  readonly wrongTokensPerMinute: number;
  /** Milliseconds between two signs of life on a silent live stream. */
  readonly heartbeatMs: number;
  /** True leaves /metrics open to whoever reaches the port; false asks for a token. */
  readonly openMetrics: boolean;
  /** Addresses of reverse proxies whose X-Forwarded-For is believed; false believes none. */
  readonly trustProxy: boolean | string;
}

export const defaultApiSettings: Omit<ApiSettings, 'publicUrl' | 'broker' | 'backupFolder'> = {
  requestsPerMinute: 1_200,
  alarmRequestsPerMinute: 6_000,
  wrongTokensPerMinute: 60,
  heartbeatMs: 12_000,
  openMetrics: false,
  trustProxy: false,
};

/** Everything the API stands on. Only compose fills it. */
export interface ApiParts {
  readonly reader: Reader;
  readonly keeper: Keeper;
  readonly feed: LiveFeed;
  readonly telemetry: TelemetryQueries;
  /** The rules, asked about the past. */
  readonly past: PastRules;
  readonly clock: Clock;
  readonly secrets: { readonly linkKey: Uint8Array };
  readonly metrics: Registry;
  readonly health: Health;
  /** The device models that the gateway can read: a device of another would press in vain, so it is not registered. */
  readonly deviceModels: ReadonlySet<string>;
  readonly modelTools: DeviceModelTools;
  readonly log: FastifyBaseLogger;
  readonly settings: ApiSettings;
  /** Who is on duty: the escalation's own answer, so that a page never says anything else than what will happen. */
  readonly onDuty: (roster: Roster, at: Instant) => readonly PersonId[];
  /** When nobody will be on duty, from one instant to another: found before it matters. */
  readonly gaps: (roster: Roster, from: Instant, to: Instant) => readonly { readonly from: Instant; readonly to: Instant }[];
  /** The notifications' own wording, so that a link's page tells its reader no more than the message did. */
  readonly messageText: (
    subject: MessageSubject,
    role: PersonRole,
    language: Language,
  ) => { readonly title: string; readonly body: string };
}

/** Fastify as the routes see it: bodies, queries and answers are what their zod schemas say. */
export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;
