import { z } from 'zod';
import { alarmActSchema } from '../../domain/alarm-act.ts';
import type { Alarm } from '../../domain/alarm.ts';
import { alarmIdSchema, deviceIdSchema, personIdSchema } from '../../domain/ids.ts';
import { instantSchema } from '../../domain/instant.ts';
import { accessRoleSchema, scopeSchema } from '../../domain/scope.ts';
import { recordNames } from '../store/schema.ts';

const hash = z.instanceof(Uint8Array);
const recordName = z.enum(recordNames);

/** One record to write. `body` has passed the record's own schema at the edge. */
export const recordRowSchema = z.strictObject({
  record: recordName,
  body: z.looseObject({ id: z.string() }),
  /** For a device that signs in: SHA-256 of its secret. Absent leaves the stored one. */
  secretHash: hash.optional(),
});
export type RecordRow = z.infer<typeof recordRowSchema>;

/** Everything that writes, apart from what devices say. Each is one transaction: all of it or nothing. */
export const commandSchema = z.discriminatedUnion('type', [
  /** Creates or replaces. `expectVersion` null: must not exist yet; a number: must be that version; absent: either. */
  z.strictObject({ type: z.literal('put-record'), row: recordRowSchema, expectVersion: z.number().int().nullable().optional() }),
  z.strictObject({ type: z.literal('delete-record'), record: recordName, id: z.string(), expectVersion: z.number().int().optional() }),
  /** Up to 2,000 rows in one transaction, parents before children. Creates or replaces. */
  z.strictObject({ type: z.literal('import-records'), rows: z.array(recordRowSchema).max(2_000) }),
  z.strictObject({ type: z.literal('act-on-alarm'), alarm: alarmIdSchema, act: alarmActSchema }),
  /** The message's link was opened: the message has been read. */
  z.strictObject({ type: z.literal('open-link'), link: z.number().int() }),
  z.strictObject({
    type: z.literal('create-token'),
    id: z.string(),
    name: z.string(),
    hash,
    role: accessRoleSchema,
    scope: scopeSchema,
    person: personIdSchema.nullable(),
    expiresAt: instantSchema.nullable(),
  }),
  z.strictObject({ type: z.literal('revoke-token'), id: z.string() }),
  z.strictObject({ type: z.literal('set-device-secret'), device: deviceIdSchema, secretHash: hash }),
  /** Only leaves a trace of who saw what. */
  z.strictObject({ type: z.literal('audit-views') }),
]);
export type Command = z.infer<typeof commandSchema>;

export const auditEntrySchema = z.strictObject({
  action: z.string(),
  entity: z.string(),
  entityId: z.string(),
  home: z.string().nullable(),
  /** Ids, codes and numbers only. */
  detail: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** Who commands, and what is to be kept of it. */
export const commandContextSchema = z.strictObject({
  /** The token's id, `link:<seq>`, or `gateway`. */
  actor: z.string(),
  person: personIdSchema.nullable(),
  /** Why, in the words of whoever changes a record whose history is kept. */
  why: z.string().max(500).optional(),
  /** Written to the audit in the same transaction. */
  audit: z.array(auditEntrySchema),
  /** The caller's Idempotency-Key and the SHA-256 (hex) of its request: a repeat gets the first answer; another request under the same key is refused. */
  idempotency: z.strictObject({ key: z.string().min(1).max(200), request: z.string() }).nullable(),
});
export type CommandContext = z.infer<typeof commandContextSchema>;

/**
 * What a command answers. A refusal is a value, not a throw, because it crosses a thread: `code` is stable, `status` the HTTP status it
 * becomes, `message` says what would be right.
 */
export type CommandAnswer =
  | { readonly ok: true; readonly versions?: readonly number[]; readonly alarm?: Alarm; readonly repeated?: boolean }
  | { readonly ok: false; readonly code: string; readonly status: number; readonly message: string; readonly row?: number };

/** How the rest of the gateway reaches the keeper thread. */
export interface Keeper {
  /** Resolves once the command is committed (or refused). Rejects with CarebedFailure `store-unavailable` (503) when the disk refuses. */
  execute(command: Command, context: CommandContext): Promise<CommandAnswer>;
  /** Writes a consistent copy of the store to `path` while the gateway runs. Fails if the file exists. */
  backup(path: string): Promise<void>;
}
