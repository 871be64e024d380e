import type { FastifyRequest } from 'fastify';
import { CarebedFailure } from '../../../domain/failure.ts';
import type { Scope } from '../../../domain/scope.ts';
import type { Reader } from '../../store/reader.ts';
import { notFound } from '../problem.ts';
import { definitionOf, type RecordDefinition } from './definition.ts';
import { findRecord, type KeptRecord, recordExists, visibleIds } from './read-records.ts';

/** Which version a write expects: a number, null for "must not exist yet", undefined for any. */
export type Expected = number | null | undefined;

/** If-Match and If-None-Match (RFC 9110 §13) as the version a write expects. */
export const expectedVersion = (headers: FastifyRequest['headers']): Expected => {
  if (headers['if-none-match'] === '*') return null;
  const match = headers['if-match'];
  if (match === undefined || match === '*') return undefined;
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(match)?.[1];
  if (version === undefined) throw new CarebedFailure('version-conflict', 'If-Match is not a version of ours', { status: 412 });
  return Number(version);
};

/** Throws `reference-unknown` (422) when the record would stand under something that the caller cannot see. */
export const refuseForeignParents = async (
  reader: Reader,
  definition: RecordDefinition,
  scope: Scope,
  body: Readonly<Record<string, unknown>>,
): Promise<void> => {
  for (const { record, column } of definition.parents) {
    const id = body[column];
    if (typeof id !== 'string') continue;
    const visible = await visibleIds(reader, definitionOf(record), scope, [id]);
    if (!visible.has(id)) throw new CarebedFailure('reference-unknown', `${column} refers to nothing that you may see`, { status: 422 });
  }
};

/** Throws `device-model-unknown` (422) for a device whose messages nobody here could read: its calls would be acknowledged and mean nothing. */
export const refuseUnknownModel = (
  models: ReadonlySet<string>,
  definition: RecordDefinition,
  body: Readonly<Record<string, unknown>>,
): void => {
  if (definition.record !== 'device' || (typeof body['model'] === 'string' && models.has(body['model']))) return;
  throw new CarebedFailure('device-model-unknown', `model must be one of ${[...models].join(', ')}`, { status: 422 });
};

/**
 * What is there before a write. For a narrow scope the version found becomes the version expected, so that a record cannot move out of
 * sight between the look and the write.
 */
export const beforeWrite = async (
  reader: Reader,
  definition: RecordDefinition,
  scope: Scope,
  id: string,
  expected: Expected,
): Promise<{ kept: KeptRecord | null; expected: Expected }> => {
  const kept = await findRecord(reader, definition, scope, id);
  if (kept === null && scope !== 'all' && (await recordExists(reader, definition, id))) throw notFound();
  return { kept, expected: expected === undefined && scope !== 'all' ? (kept?.version ?? null) : expected };
};
