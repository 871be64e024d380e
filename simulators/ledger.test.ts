import { describe, expect, it } from 'vitest';
import { deviceIdSchema, homeIdSchema } from '../domain/ids.ts';
import { instant } from '../domain/instant.ts';
import { createLedger } from './ledger.ts';

const entry = (id: string) => ({
  id,
  home: homeIdSchema.parse('home-1'),
  device: deviceIdSchema.parse('button-1'),
  facts: { button: 'press' } as const,
  sentAt: instant(1_000),
});

describe('the ledger', () => {
  it('holds one line for an event, however many copies of it went out', () => {
    const ledger = createLedger();
    ledger.sent(entry('a'));
    ledger.sent({ ...entry('a'), sentAt: instant(6_000) });
    expect(ledger.entries()).toEqual([{ ...entry('a'), acknowledgedAt: null, copies: 2 }]);
  });

  it('keeps the time of the first acknowledgement', () => {
    const ledger = createLedger();
    ledger.sent(entry('a'));
    ledger.acknowledged('a', instant(2_000));
    ledger.acknowledged('a', instant(9_000));
    expect(ledger.get('a')?.acknowledgedAt).toBe(2_000);
  });

  it('does not take an acknowledgement for what was never sent', () => {
    expect(() => createLedger().acknowledged('ghost', instant(1))).toThrow('never sent');
  });
});
