import type Database from 'better-sqlite3';
import { type CareNumbersOverride, careNumbersOf } from '../../domain/care-profile.ts';
import { type Actor, alarmSchema } from '../../domain/alarm.ts';
import type { Device } from '../../domain/device.ts';
import { defaultPolicies } from '../../domain/policy.ts';
import type { AlarmId, DeviceModelId, PersonId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import { keepsHistory, type RecordName } from '../store/schema.ts';
import type { Command, CommandAnswer, CommandContext, RecordRow } from './command.ts';
import type { Outbox } from './outbox.ts';
import type { DecisionPipeline } from './ports.ts';
import { createRecordRows } from './record-rows.ts';
import type { WaitingDevices } from './waiting-devices.ts';
import type { KeptWorld } from './world.ts';

type Refusal = Extract<CommandAnswer, { ok: false }>;
const refuse = (code: string, status: number, message: string, row?: number): Refusal => ({
  ok: false,
  code,
  status,
  message,
  ...(row === undefined ? {} : { row }),
});

/** What a committed command leaves to be done in memory. */
export interface CommandOutcome {
  readonly answer: CommandAnswer;
  /** Records that changed, to be put into the world once the commit stands. */
  readonly changed: readonly { readonly record: RecordName; readonly id: string; readonly body: { readonly id: string } | null }[];
}

/** Runs commands inside a transaction of the caller's. A refusal is to be rolled back by the caller. */
export const createCommandRunner = (options: {
  readonly knowsModel: (model: DeviceModelId) => boolean;
  readonly db: Database.Database;
  readonly world: KeptWorld;
  readonly pipeline: DecisionPipeline;
  readonly outbox: Outbox;
  readonly waitingDevices: WaitingDevices;
}) => {
  const { db, world, pipeline, outbox, waitingDevices } = options;
  const records = createRecordRows(db);
  const insertAudit = db.prepare(
    'INSERT INTO audit (at, actor, person, action, entity, entity_id, home, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const answered = db.prepare<[string, string], { request: string; response: string }>(
    'SELECT request, response FROM idempotency WHERE actor = ? AND key = ?',
  );
  const keepAnswer = db.prepare('INSERT INTO idempotency (actor, key, request, response, at) VALUES (?, ?, ?, ?, ?)');
  const alarmBody = db.prepare<[string], { body: string }>('SELECT body FROM alarm WHERE id = ?');
  const linkRow = db.prepare<[number], { alarm: string; person: string; opened_at: number | null }>(
    'SELECT alarm, person, opened_at FROM link WHERE seq = ?',
  );
  const openLink = db.prepare('UPDATE link SET opened_at = ? WHERE seq = ?');
  const insertToken = db.prepare(
    'INSERT INTO token (id, name, hash, role, scope, person, created_at, expires_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)',
  );
  const revokeToken = db.prepare('UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL');
  const insertVersion = db.prepare(
    'INSERT INTO record_version (record, id, version, body, at, actor, person, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const setSecret = db.prepare('UPDATE device SET secret_hash = ?, version = version + 1, updated_at = ? WHERE id = ?');

  /** A resident's and a profile's numbers must make sense together, for each resident that has the profile. */
  const checkNumbers = (row: RecordRow): string | null => {
    const fits = (profile: CareNumbersOverride, own: CareNumbersOverride): string | null => {
      try {
        careNumbersOf(profile, own);
        return null;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    };
    const numbers = (row.body as { numbers?: CareNumbersOverride }).numbers ?? {};
    // As the store has it by now: one import may change a profile and then a resident who has it.
    if (row.record === 'resident') return fits(records.numbersOfProfile((row.body as unknown as { profile: string }).profile), numbers);
    if (row.record !== 'profile') return null;
    for (const resident of records.residentsOf(row.body.id)) {
      const verdict = fits(numbers, resident.numbers);
      if (verdict !== null) return `resident ${resident.id}: ${verdict}`;
    }
    return null;
  };

  /** A device of a model that nobody knows would never be understood, its press neither. */
  const unknownModel = (row: RecordRow): string | null => {
    if (row.record !== 'device') return null;
    const { model } = row.body as unknown as { model: DeviceModelId };
    return options.knowsModel(model) ? null : model;
  };

  /** Keeps what decides whom is called for and who is told: each version, who made it, when and why. Null: it was deleted. */
  const keepVersion = (
    record: RecordName,
    id: string,
    version: number,
    body: object | null,
    context: CommandContext,
    now: Instant,
  ): void => {
    if (!keepsHistory(record)) return;
    const text = body === null ? null : JSON.stringify(body);
    insertVersion.run(record, id, version, text, now, context.actor, context.person, context.why ?? null);
  };

  const put = (row: RecordRow, expect: number | null | undefined, context: CommandContext, now: Instant): { version: number } | Refusal => {
    const wrong = checkNumbers(row);
    if (wrong !== null) return refuse('care-numbers-contradict', 422, `the numbers contradict one another: ${wrong}`);
    const model = unknownModel(row);
    if (model !== null)
      return refuse(
        'model-unknown',
        422,
        `device ${row.body.id}: there is no device model ${model}; see docs/devices.md for those there are`,
      );
    const found = records.version(row.record, row.body.id);
    if (expect === null && found !== null) return refuse('record-exists', 412, `${row.record} ${row.body.id} exists already`);
    if (typeof expect === 'number' && found !== expect) {
      return refuse(
        'record-changed',
        412,
        `${row.record} ${row.body.id} has ${found === null ? 'gone' : `version ${found}`}, not ${expect}: read it again`,
      );
    }
    const missing = records.missingParent(row);
    if (missing !== null)
      return refuse('parent-missing', 422, `${row.record} ${row.body.id}: ${missing.field} ${missing.id} does not exist; make it first`);
    const clash = records.clash(row);
    if (clash !== null) return refuse('record-clash', 409, `${row.record} ${row.body.id}: ${clash}`);
    const version = records.put(row, (found ?? 0) + 1, now);
    keepVersion(row.record, row.body.id, version, row.body, context, now);
    if (row.record === 'device') waitingDevices.writePlaced(row.body as unknown as Device);
    return { version };
  };

  const act = (command: Extract<Command, { type: 'act-on-alarm' }>, context: CommandContext, now: Instant): CommandAnswer => {
    const row = alarmBody.get(command.alarm);
    if (row === undefined) return refuse('alarm-missing', 404, `${command.alarm} does not exist`);
    const alarm = pipeline.openAlarm(command.alarm) ?? alarmSchema.parse(JSON.parse(row.body));
    const by: Actor = context.person === null ? { type: 'token', token: context.actor } : { type: 'person', person: context.person };
    const answer = pipeline.act(alarm, command.act, by, now);
    return answer.ok ? { ok: true, alarm: answer.alarm } : refuse(answer.code, 409, answer.message);
  };

  const run = (command: Command, context: CommandContext, now: Instant): CommandOutcome => {
    const nothing = (answer: CommandAnswer): CommandOutcome => ({ answer, changed: [] });
    switch (command.type) {
      case 'put-record': {
        const done = put(command.row, command.expectVersion, context, now);
        if ('ok' in done) return nothing(done);
        const { record, body } = command.row;
        return { answer: { ok: true, versions: [done.version] }, changed: [{ record, id: body.id, body }] };
      }
      case 'import-records': {
        const versions: number[] = [];
        for (const [index, row] of command.rows.entries()) {
          const done = put(row, undefined, context, now);
          if ('ok' in done) return nothing({ ...done, row: index });
          versions.push(done.version);
        }
        return { answer: { ok: true, versions }, changed: command.rows.map(({ record, body }) => ({ record, id: body.id, body })) };
      }
      case 'delete-record': {
        const found = records.version(command.record, command.id);
        if (found === null) return nothing(refuse('record-missing', 404, `${command.record} ${command.id} does not exist`));
        if (command.expectVersion !== undefined && command.expectVersion !== found) {
          return nothing(
            refuse(
              'record-changed',
              412,
              `${command.record} ${command.id} has version ${found}, not ${command.expectVersion}: read it again`,
            ),
          );
        }
        const child = records.child(command.record, command.id);
        if (child !== null)
          return nothing(refuse('record-in-use', 409, `${command.record} ${command.id} is in use by ${child}: move or delete that first`));
        if (command.record === 'policy' && defaultPolicies.some(({ id }) => id === command.id)) {
          return nothing(refuse('record-in-use', 409, `policy ${command.id} is the gateway's default: change it, but do not delete it`));
        }
        records.remove(command.record, command.id);
        keepVersion(command.record, command.id, found + 1, null, context, now);
        if (command.record === 'device') waitingDevices.writeGone(command.id);
        return { answer: { ok: true }, changed: [{ record: command.record, id: command.id, body: null }] };
      }
      case 'act-on-alarm':
        return nothing(act(command, context, now));
      case 'open-link': {
        const link = linkRow.get(command.link);
        if (link === undefined) return nothing(refuse('link-missing', 404, 'this link does not exist'));
        if (link.opened_at === null) {
          openLink.run(now, command.link);
          const alarm = alarmBody.get(link.alarm);
          if (alarm !== undefined) {
            const home = alarmSchema.parse(JSON.parse(alarm.body)).home;
            const by: Actor = { type: 'person', person: link.person as PersonId };
            pipeline.record(link.alarm as AlarmId, home, { type: 'read', at: now, by, lateMs: 0, data: { person: link.person } });
          }
          outbox.markRead(link.alarm as AlarmId, link.person as PersonId);
        }
        return nothing({ ok: true });
      }
      case 'create-token':
        insertToken.run(
          command.id,
          command.name,
          command.hash,
          command.role,
          JSON.stringify(command.scope),
          command.person,
          now,
          command.expiresAt,
        );
        return nothing({ ok: true });
      case 'revoke-token':
        return nothing(
          revokeToken.run(now, command.id).changes === 1
            ? { ok: true }
            : refuse('token-missing', 404, `token ${command.id} does not exist or is revoked already`),
        );
      case 'set-device-secret':
        return setSecret.run(command.secretHash, now, command.device).changes === 1
          ? { answer: { ok: true }, changed: [{ record: 'device', id: command.device, body: world.get('device', command.device) ?? null }] }
          : nothing(refuse('record-missing', 404, `device ${command.device} does not exist`));
      case 'audit-views':
        return nothing({ ok: true });
    }
  };

  return (command: Command, context: CommandContext, now: Instant): CommandOutcome => {
    const { idempotency } = context;
    if (idempotency !== null) {
      const earlier = answered.get(context.actor, idempotency.key);
      if (earlier !== undefined) {
        if (earlier.request !== idempotency.request) {
          return {
            answer: refuse('idempotency-key-reused', 422, 'this Idempotency-Key was used for another request: use a new one'),
            changed: [],
          };
        }
        return { answer: { ...(JSON.parse(earlier.response) as CommandAnswer & { ok: true }), repeated: true }, changed: [] };
      }
    }
    const outcome = run(command, context, now);
    if (!outcome.answer.ok) return outcome;
    for (const entry of context.audit) {
      insertAudit.run(
        now,
        context.actor,
        context.person,
        entry.action,
        entry.entity,
        entry.entityId,
        entry.home,
        JSON.stringify(entry.detail),
      );
    }
    if (idempotency !== null) keepAnswer.run(context.actor, idempotency.key, idempotency.request, JSON.stringify(outcome.answer), now);
    return outcome;
  };
};
