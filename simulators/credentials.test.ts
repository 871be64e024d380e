import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCredentials } from './credentials.ts';
import { dialects } from './home.ts';
import { planStreet } from './street-plan.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carebed-credentials-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const fileWith = (text: string): string => {
  const file = join(folder, 'credentials');
  writeFileSync(file, text);
  return file;
};
const street = planStreet({ homes: 6, dialectOf: (i) => dialects[i % 3] ?? 'hub' });
const rows = street.flatMap((home) =>
  home.devices.map(({ id, secret, model, bed, hub, hubName }) => ({ device: id, secret, model, home: home.id, bed, hub, hubName })),
);
const secret = 's3cret-s3cret-s3cret-s3cret';

describe('a credentials file', () => {
  it('gives back the street that was written to it, from JSON and from CSV', () => {
    expect(readCredentials(fileWith(JSON.stringify(rows)))).toEqual(street);
    expect(readCredentials(fileWith(JSON.stringify({ devices: rows.map(({ device, ...rest }) => ({ id: device, ...rest })) })))).toEqual(
      street,
    );
    const header = 'device,secret,model,home,bed,hub,hubName';
    const lines = rows.map((row) =>
      [row.device, row.secret, row.model, row.home, row.bed, row.hub, row.hubName].map((cell) => cell ?? '').join(','),
    );
    expect(readCredentials(fileWith([header, ...lines].join('\n')))).toEqual(street);
  });

  it.each([
    ['neither JSON nor CSV', '{"devices": [', /cannot be read/],
    ['no list', '{"homes": []}', /must hold a list/],
    ['a device without a home', JSON.stringify([{ device: 'a', secret, model: 'carebed-button' }]), /device 1, home/],
    [
      'a device that signs in without a secret',
      JSON.stringify([{ device: 'a', secret: '', model: 'carebed-button', home: 'h' }]),
      /a signs in itself/,
    ],
    ['a model that nobody plays', JSON.stringify([{ device: 'a', secret, model: 'toaster', home: 'h' }]), /no simulated device plays/],
  ])('with %s is refused with what is wrong, and without its secrets', (_, text, message) => {
    const read = (): unknown => readCredentials(fileWith(text));
    expect(read).toThrow(message);
    expect(read).not.toThrow(secret);
  });
});
