import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { CarebedFailure } from '../domain/failure.ts';
import { bedIdSchema, deviceIdSchema, homeIdSchema } from '../domain/ids.ts';
import { roleOfModel } from './device-models.ts';
import type { Dialect, SimDevice, SimHome } from './home.ts';

const orNull = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' || value === undefined ? null : value), schema.nullable());

/** One line of a credentials file, as the import writes it out: a device, its secret when it signs in itself, and where it belongs. */
const credentialRowSchema = z.object({
  device: deviceIdSchema,
  secret: orNull(z.string().min(1)),
  model: z.string().min(1),
  home: homeIdSchema,
  bed: orNull(bedIdSchema),
  hub: orNull(deviceIdSchema),
  hubName: orNull(z.string()),
});
export type CredentialRow = z.infer<typeof credentialRowSchema>;

const refuse = (message: string, cause?: unknown): never => {
  throw new CarebedFailure('credentials-unreadable', message, { status: 400, cause });
};

/** A device's id stands under `device`, or under `id` as in the gateway's own records. */
const named = (row: unknown): unknown =>
  typeof row === 'object' && row !== null && 'id' in row && !('device' in row) ? { ...row, device: row.id } : row;

/** The homes that these lines make up, in the order in which they first come. */
export const homesOf = (rows: readonly CredentialRow[]): SimHome[] => {
  const byHome = Map.groupBy(rows, (row) => row.home);
  return [...byHome].map(([id, own]): SimHome => {
    const families = new Set(own.map((row) => roleOfModel(row.model).family));
    const dialect: Dialect = families.has('zigbee2mqtt') ? 'zigbee2mqtt' : own.some((row) => row.hub !== null) ? 'hub' : 'direct';
    const devices = own.map(
      (row): SimDevice => ({
        id: row.device,
        role: roleOfModel(row.model).role,
        model: row.model,
        secret: row.hub === null ? row.secret : null,
        hub: row.hub,
        hubName: row.hubName,
        bed: row.bed,
      }),
    );
    return { id, dialect, devices };
  });
};

/**
 * Reads a credentials file, JSON (a list, or an object that holds it under `devices`) or CSV with a header line.
 * @throws CarebedFailure `credentials-unreadable` with the line and field that is wrong; never with a secret.
 */
export const readCredentials = (file: string): SimHome[] => {
  let raw: unknown;
  try {
    const text = readFileSync(file, 'utf8');
    raw = /^\s*[[{]/.test(text) ? JSON.parse(text) : parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    return refuse(`the credentials file ${file} cannot be read as JSON or CSV`, error);
  }
  const listed = z
    .union([z.array(z.unknown()), z.object({ devices: z.array(z.unknown()) }).transform((body) => body.devices)])
    .safeParse(raw);
  if (!listed.success) return refuse(`the credentials file ${file} must hold a list of devices`);
  const rows = listed.data.map((row, index) => {
    const parsed = credentialRowSchema.safeParse(named(row));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    return refuse(`the credentials file ${file}: device ${index + 1}, ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`);
  });
  const mute = rows.find((row) => row.hub === null && row.secret === null);
  if (mute !== undefined) return refuse(`the credentials file ${file}: ${mute.device} signs in itself and has no secret`);
  return homesOf(rows);
};
