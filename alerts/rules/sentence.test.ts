import { describe, expect, test } from 'vitest';
import type { RuleName } from '../../domain/alarm.ts';
import { careNumbersOf, type CareNumbersOverride } from '../../domain/care-profile.ts';
import { rules } from './catalogue.ts';
import { everythingOn } from './everything-on.ts';

/** For each rule numbers of one resident's own that both of its sentences must show; empty where there is nothing to set. */
const own: Readonly<Record<RuleName, readonly [CareNumbersOverride, readonly string[]]>> = {
  button: [{}, []],
  fall: [{ fall: { localCancelSeconds: 41, longLieMinutes: 73 } }, ['41', '73']],
  smoke: [{ smoke: { clearMinutes: 7 } }, ['7', '119']],
  gas: [{ gas: { clearMinutes: 7 } }, ['7', '119']],
  leak: [{ leak: { clearMinutes: 7 } }, ['7']],
  'heart-rate': [{ heartRate: { lowPerMinute: 47, highPerMinute: 123, samples: 4 } }, ['47', '123', '4', '40', '131']],
  'breathing-rate': [{ breathingRate: { lowPerMinute: 9, highPerMinute: 33, samples: 4 } }, ['9', '33', '4', '8', '25']],
  'no-sign-of-life': [
    { noSignOfLife: { dayFrom: '06:45', dayTo: '20:15', afterHours: 6, urgentAfterHours: 11 } },
    ['06:45', '20:15', '6', '11'],
  ],
  wandering: [{ wandering: { backMinutes: 13, tagGoneMinutes: 4 }, outOfBed: { nightFrom: '22:10' } }, ['13', '4', '22:10']],
  'out-of-bed': [{ outOfBed: { preAlertMinutes: 11, alarmMinutes: 22, nightFrom: '20:40' } }, ['11', '22', '20:40', '06:00']],
  'not-up-by': [{ notUpBy: { by: '08:50', countsFrom: '04:20', upMinutes: 17 } }, ['08:50', '04:20', '17']],
  'not-in-bed-by': [{ notInBedBy: { by: '23:05' } }, ['23:05']],
  'no-turning': [{ noTurning: { alarmMinutes: 95 } }, ['95']],
  restless: [{ restless: { movingMinutes: 14, ofMinutes: 45 } }, ['14', '45']],
  'night-trips': [{ nightTrips: { trips: 4, nights: 2 } }, ['4', '2', '7', '21:00']],
  'device-offline': [{ deviceOffline: { missedHeartbeats: 5 } }, ['5']],
  'battery-low': [{ batteryLow: { belowPercent: 15, hysteresisPercent: 6 } }, ['15', '21']],
  'mains-lost': [{ mainsLost: { alarmMinutes: 9 } }, ['9']],
  tamper: [{}, []],
  chattering: [{ chattering: { timesAMinute: 6, calmMinutes: 25 } }, ['6', '25']],
  stale: [{ stale: { vitalHours: 3, otherHours: 72 } }, ['3', '72']],
  'clock-wrong': [{ clockWrong: { offMinutes: 12, messages: 5 } }, ['12', '5']],
};

describe.each(rules.map((rule) => [rule.name, rule] as const))('%s', (name, rule) => {
  const [numbers, shown] = own[name];
  test.each(['zh-CN', 'en'] as const)('says itself as one sentence in %s, with this resident’s numbers', (language) => {
    const sentence = rule.sentence(careNumbersOf(everythingOn, numbers), language);
    for (const number of shown) expect(sentence).toContain(number);
    expect(sentence).not.toMatch(/undefined|null|NaN|未启用|\(Off\)/);
    expect(sentence.endsWith(language === 'en' ? '.' : '。')).toBe(true);
    expect(/[\u4e00-\u9fff]/.test(sentence)).toBe(language === 'zh-CN');
    expect(sentence.length).toBeLessThan(language === 'en' ? 260 : 110);
  });
});

test('says when it is switched off', () => {
  const off = rules.filter((rule) => rule.sentence(careNumbersOf({}, {}), 'en').startsWith('(Off) ')).map(({ name }) => name);
  expect(off).toEqual(['no-sign-of-life', 'wandering', 'not-up-by', 'not-in-bed-by', 'no-turning', 'restless', 'night-trips', 'stale']);
  // Out of bed keeps listening while it is off, so that it knows who is in bed when it is switched on.
  for (const rule of rules) if (rule.isOn !== undefined) expect(rule.isOn(careNumbersOf({}, {}))).toBe(!off.includes(rule.name));
  for (const rule of rules.filter(({ name }) => off.includes(name)))
    expect(rule.sentence(careNumbersOf({}, {}), 'zh-CN')).toMatch(/^（未启用）/);
});
