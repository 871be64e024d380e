import { expect, test } from 'vitest';
import { readingKinds } from '../../domain/reading.ts';
import { kindType } from './kind-type.ts';

test('every kind keeps its type: changing one here would make InfluxDB refuse it for ever after', () => {
  expect(Object.fromEntries(readingKinds.map((kind) => [kind, kindType(kind)]))).toMatchObject({
    button: 'text',
    fall: 'text',
    occupied: 'boolean',
    presence: 'boolean',
    motion: 'boolean',
    open: 'boolean',
    heartRate: 'number',
    breathingRate: 'number',
    battery: 'number',
    batteryLow: 'boolean',
    batteryVoltage: 'number',
    linkQuality: 'number',
    signal: 'number',
    temperature: 'number',
    humidity: 'number',
    illuminance: 'number',
    leak: 'boolean',
    smoke: 'boolean',
    gas: 'boolean',
    tamper: 'boolean',
    mains: 'boolean',
    online: 'boolean',
  });
});
