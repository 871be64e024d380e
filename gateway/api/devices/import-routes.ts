import { z } from 'zod';
import { CarebedFailure } from '../../../domain/failure.ts';
import type { Language } from '../../../domain/language.ts';
import type { Scope } from '../../../domain/scope.ts';
import type { RecordRow } from '../../keeper/command.ts';
import { secretHash } from '../../people/bearer-token.ts';
import { recordNames } from '../../store/schema.ts';
import type { Reader } from '../../store/reader.ts';
import { ListedErrors } from '../answer-errors.ts';
import { principalOf } from '../authenticate.ts';
import { callerLanguage } from '../caller-language.ts';
import { commandFor, writeHeaders } from '../commands.ts';
import { wordIssue } from '../../../domain/wording/issue-wording.ts';
import type { Api, ApiParts } from '../parts.ts';
import { mayDo, sharedWrites } from '../permissions.ts';
import { type ProblemError, problemErrorSchema, problemAnswers } from '../problem.ts';
import { definitionOf, type RecordDefinition } from '../records/definition.ts';
import { visibleIds } from '../records/read-records.ts';
import { makeDeviceId, makeDeviceSecret, newDeviceSchema } from './new-device.ts';

/** Most rows of one call: one transaction of some tens of milliseconds. */
const mostRows = 2_000;

const importBody = z.strictObject({
  record: z.enum(recordNames),
  /** Objects as PUT takes them; devices as POST /api/devices takes them. */
  rows: z.array(z.record(z.string(), z.unknown())).min(1).max(mostRows),
  dryRun: z.boolean().default(false),
});

const importAnswer = z.strictObject({
  /** How many rows stand in the store now; with dryRun how many would. */
  imported: z.number().int(),
  dryRun: z.boolean(),
  /** Secrets that were made here, shown this once. Rows that brought their own are not among them. */
  secrets: z.array(z.strictObject({ row: z.number().int(), device: z.string(), secret: z.string() })),
  /** With dryRun: what is wrong. Without it wrong rows are an error, and none is imported. */
  errors: z.array(problemErrorSchema),
});

interface Checked {
  readonly rows: RecordRow[];
  readonly secrets: { row: number; device: string; secret: string }[];
  readonly errors: ProblemError[];
}

const check = (definition: RecordDefinition, rows: readonly unknown[], language: Language): Checked => {
  const checked: Checked = { rows: [], secrets: [], errors: [] };
  const schema = definition.record === 'device' ? newDeviceSchema : definition.schema;
  rows.forEach((row, index) => {
    const parsed = schema.safeParse(row);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) checked.errors.push(wordIssue(issue, ['rows', index, ...issue.path], language));
      return;
    }
    if (definition.record !== 'device') {
      checked.rows.push({ record: definition.record, body: { ...parsed.data, id: parsed.data.id ?? '' } });
      return;
    }
    const { secret: given, ...device } = newDeviceSchema.parse(row);
    const id = device.id ?? makeDeviceId();
    const secret = device.hub === null ? (given ?? makeDeviceSecret()) : null;
    if (secret !== null && given === undefined) checked.secrets.push({ row: index, device: id, secret });
    checked.rows.push({ record: 'device', body: { ...device, id }, ...(secret === null ? {} : { secretHash: secretHash(secret) }) });
  });
  return checked;
};

const outside: Readonly<Record<Language, { wrong: string; right: string }>> = {
  'zh-CN': { wrong: '引用的记录不存在', right: '请写已有的、您范围内的编号' },
  en: { wrong: 'refers to nothing', right: 'the id of a record that exists within your scope' },
};
const taken: Readonly<Record<Language, { wrong: string; right: string }>> = {
  'zh-CN': { wrong: '这个编号已被占用', right: '请换一个编号' },
  en: { wrong: 'this id is taken', right: 'choose another id' },
};

/** What the rows refer to must exist inside the scope, or stand in an earlier row; what they replace must lie inside it. */
const checkScope = async (
  reader: Reader,
  definition: RecordDefinition,
  scope: Scope,
  rows: readonly RecordRow[],
  language: Language,
): Promise<ProblemError[]> => {
  const errors: ProblemError[] = [];
  for (const { record, column } of definition.parents) {
    const wanted = new Set(rows.map(({ body }) => body[column]).filter((id) => typeof id === 'string'));
    const known = await visibleIds(reader, definitionOf(record), scope, [...wanted]);
    if (record === definition.record) for (const { body } of rows) known.add(body.id);
    rows.forEach(({ body }, index) => {
      const id = body[column];
      if (typeof id === 'string' && !known.has(id)) errors.push({ where: `rows[${index}].${column}`, ...outside[language] });
    });
  }
  if (scope !== 'all') {
    const ids = rows.map(({ body }) => body.id);
    const inside = await visibleIds(reader, definition, scope, ids);
    const existing = await visibleIds(reader, definition, 'all', ids);
    ids.forEach((id, index) => {
      if (existing.has(id) && !inside.has(id)) errors.push({ where: `rows[${index}].id`, ...taken[language] });
    });
  }
  return errors;
};

const noModel: Readonly<Record<Language, string>> = { 'zh-CN': '没有这个设备型号', en: 'there is no such device model' };

/** Devices whose messages nobody here could read. */
const unknownModels = (models: ReadonlySet<string>, rows: readonly RecordRow[], language: Language): ProblemError[] =>
  rows.flatMap(({ body }, index) =>
    typeof body['model'] === 'string' && models.has(body['model'])
      ? []
      : [{ where: `rows[${index}].model`, wrong: noModel[language], right: [...models].join(', ') }],
  );

/** POST /api/import: many records of one kind in one transaction. */
export const importRoutes = (app: Api, { reader, keeper, deviceModels }: ApiParts): void => {
  app.route({
    method: 'POST',
    url: '/api/import',
    config: { permission: 'records.import' },
    schema: {
      tags: ['import'],
      summary: `Up to ${mostRows} records of one kind, all or none`,
      headers: writeHeaders,
      body: importBody,
      response: { 200: importAnswer, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { record, rows, dryRun } = request.body;
      const definition = definitionOf(record);
      if (!mayDo(principal.role, definition.write)) throw new CarebedFailure('role-may-not', 'not for this role', { status: 403 });
      if (principal.scope !== 'all' && sharedWrites.includes(definition.write)) {
        throw new CarebedFailure('scope-too-narrow', 'not for a narrow scope', { status: 403 });
      }
      const language = callerLanguage(request.headers['accept-language']);
      const checked = check(definition, rows, language);
      if (checked.errors.length === 0)
        checked.errors.push(...(await checkScope(reader, definition, principal.scope, checked.rows, language)));
      if (record === 'device') checked.errors.push(...unknownModels(deviceModels, checked.rows, language));
      if (dryRun) {
        return {
          imported: rows.length - new Set(checked.errors.map(({ where }) => /^rows\[\d+\]/.exec(where)?.[0])).size,
          dryRun,
          secrets: [],
          errors: checked.errors,
        };
      }
      if (checked.errors.length > 0) throw new ListedErrors('rows-invalid', 422, checked.errors);
      const ids = checked.rows.map(({ body }) => body.id);
      const audit = [{ action: 'import', entity: record, entityId: '*', home: null, detail: { count: ids.length, ids } }];
      const answer = await commandFor(keeper, request, { type: 'import-records', rows: checked.rows }, audit);
      if (answer.repeated === true && checked.secrets.length > 0) {
        throw new CarebedFailure('secret-already-given', 'the secrets were given with the first answer', { status: 409 });
      }
      reply.header('cache-control', 'no-store');
      return { imported: checked.rows.length, dryRun, secrets: checked.secrets, errors: [] };
    },
  });
};
