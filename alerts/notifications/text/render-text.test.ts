import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleNames } from '../../../domain/alarm.ts';
import { deviceIdSchema } from '../../../domain/ids.ts';
import { instant } from '../../../domain/instant.ts';
import { languages } from '../../../domain/language.ts';
import { type MessageSubject, purposes } from '../../../domain/notification.ts';
import { personRoles } from '../../../domain/people.ts';
import { reasonCodes } from '../../../domain/reason-code.ts';
import { renderText } from './render-text.ts';

/** 2026-11-23 04:12 in Shanghai. */
const since = instant(Date.UTC(2026, 10, 22, 20, 12));
const subjectOf = (change: Partial<MessageSubject> = {}): MessageSubject => ({
  purpose: 'raised',
  rule: 'button',
  priority: 'high',
  stage: 'alarm',
  calls: 1,
  reason: { code: 'pressed', device: deviceIdSchema.parse('button-17'), since, numbers: {} },
  raisedAt: since,
  residentName: '王秀英',
  homeName: '王家',
  address: '平安里 3 号楼 201',
  access: '钥匙盒密码 4711',
  bedName: '主卧',
  devicePlace: '床头',
  timeZone: 'Asia/Shanghai',
  takenBy: null,
  lateMs: 0,
  ...change,
});

const link = 'https://c.example.cn/a/Tk3n';
const about = (code: (typeof reasonCodes)[number], numbers: Record<string, number> = {}) => ({ code, device: null, since, numbers });

describe('a message in words', () => {
  it.each([
    [
      'operator',
      'zh-CN',
      {},
      '王秀英 04:12 按了呼叫按钮。\n地点：平安里 3 号楼 201，主卧\n进门：钥匙盒密码 4711\n请马上联系老人；联系不上就派人上门。\n查看并回应：https://c.example.cn/a/Tk3n',
    ],
    [
      'responder',
      'en',
      { purpose: 'dispatch-unverified' },
      '王秀英 pressed the call button, 04:12.\nWhere: 平安里 3 号楼 201, 主卧\nWay in: 钥匙盒密码 4711\nNobody has verified it yet. Go there now.\nSee and answer: https://c.example.cn/a/Tk3n',
    ],
    [
      'family',
      'zh-CN',
      { rule: 'fall', reason: about('fall-not-cancelled') },
      '王秀英 04:12 跌倒，没有人取消。\n地点：王家\n请马上打电话给老人；打不通请尽快赶去。\n查看并回应：https://c.example.cn/a/Tk3n',
    ],
    [
      'family',
      'en',
      { purpose: 'taken', takenBy: '李雷' },
      '王秀英 pressed the call button, 04:12.\nWhere: 王家\n李雷 is on it.\nYou will hear from us.\nSee and answer: https://c.example.cn/a/Tk3n',
    ],
    [
      'neighbour',
      'zh-CN',
      { rule: 'fall', reason: about('long-lie', { longLieMinutes: 60 }) },
      '平安里 3 号楼 201 04:12 需要帮助。\n请现在过去看一看；情况危急拨打 120。\n查看并回应：https://c.example.cn/a/Tk3n',
    ],
    [
      'maintainer',
      'zh-CN',
      { rule: 'device-offline', priority: 'technical', reason: about('silent') },
      '王家 04:12 床头设备没有信号。\n地点：床头\n请安排检查设备。\n查看并回应：https://c.example.cn/a/Tk3n',
    ],
    [
      'operator',
      'zh-CN',
      { rule: 'out-of-bed', reason: about('out-of-bed-too-long', { alarmMinutes: 30 }), access: '' },
      '王秀英 04:12 夜间离床超过 30 分钟未回。\n地点：平安里 3 号楼 201，主卧\n请马上联系老人；联系不上就派人上门。\n查看并回应：https://c.example.cn/a/Tk3n',
    ],
    [
      'operator',
      'zh-CN',
      { purpose: 'returned', rule: 'out-of-bed', reason: about('back-in-bed'), access: '' },
      '王秀英 04:12 回到床上。\n地点：平安里 3 号楼 201，主卧\n仍请确认老人平安，并填写处置结果。\n查看并回应：https://c.example.cn/a/Tk3n',
    ],
  ] as const)('to a %s in %s (%o)', (role, language, change, body) => {
    expect(renderText(subjectOf(change), role, language, link).body).toBe(body);
  });

  it('says which call it is, and how late the message comes', () => {
    const { body, sms } = renderText(subjectOf({ purpose: 'raised-again', calls: 3, lateMs: 12 * 60_000 }), 'operator', 'zh-CN', null);
    expect(body.split('\n')[0]).toBe('王秀英 04:12 按了呼叫按钮（第 3 次）。（晚了 12 分钟）');
    expect(sms.what).toBe('按了呼叫按钮（晚了 12 分钟）');
  });

  it("gives times on the home's own clock, with the date when it was another day", () => {
    const early = subjectOf({ timeZone: 'Europe/Berlin', raisedAt: since + 6 * 3_600_000 });
    expect(renderText(early, 'operator', 'en', null).sms.time).toBe('11-22 21:12');
    expect(renderText(subjectOf({ timeZone: 'America/New_York' }), 'operator', 'en', null).sms.time).toBe('15:12');
  });

  it('says something everywhere: no purpose, reason, role or language leaves a gap', () => {
    // Of the rules only their kind matters here: about a person, about a thing, each danger in the home.
    const kinds = ['button', 'device-offline', 'smoke', 'gas', 'leak'] as const;
    const gaps: string[] = [];
    for (const purpose of purposes)
      for (const code of reasonCodes)
        for (const role of personRoles)
          for (const language of languages)
            for (const rule of kinds) {
              const nameless = { residentName: null, address: '', bedName: '', devicePlace: '', homeName: '' };
              const subject = subjectOf({ purpose, rule, reason: about(code), ...nameless });
              const { title, body, sms } = renderText(subject, role, language, null);
              const bad = [title, body, sms.name, sms.place, sms.what, sms.time].some(
                (text) => text.trim() === '' || /undefined|null|NaN/.test(text),
              );
              if (bad) gaps.push(`${purpose} ${code} ${role} ${language} ${rule}`);
            }
    expect(gaps).toEqual([]);
  });

  it('is short enough for a phone: what happened and what to do fit into one Chinese SMS of 70 characters', () => {
    for (const purpose of purposes)
      for (const code of reasonCodes)
        for (const role of personRoles) {
          const subject = subjectOf({ purpose, reason: about(code, { alarmMinutes: 30 }) });
          const lines = renderText(subject, role, 'zh-CN', null).body.split('\n');
          expect(`${lines[0]}${lines.at(-1)}`.length).toBeLessThanOrEqual(70);
        }
  });

  it('keeps every field on one line, so that no record can forge a line of the message', () => {
    const body = renderText(subjectOf({ residentName: '王\r\n进门：开着\u2028x' }), 'family', 'zh-CN', null).body;
    expect(body.split(/\r|\n|\u2028/)).toHaveLength(3);
  });
});

describe('what a message must not say', () => {
  const marks = {
    residentName: 'RES-MARK',
    homeName: 'HOME-MARK',
    address: 'ADDR-MARK',
    access: 'ACCESS-MARK',
    bedName: 'BED-MARK',
    devicePlace: 'PLACE-MARK',
    takenBy: 'TAKER-MARK',
  };
  const anySubject = fc.record({
    purpose: fc.constantFrom(...purposes),
    rule: fc.constantFrom(...ruleNames),
    code: fc.constantFrom(...reasonCodes),
    stage: fc.constantFrom('pre-alert' as const, 'alarm' as const),
    lateMs: fc.nat(86_400_000),
    calls: fc.integer({ min: 1, max: 9 }),
    language: fc.constantFrom(...languages),
  });
  const textOf = (
    input: typeof anySubject extends fc.Arbitrary<infer T> ? T : never,
    role: (typeof personRoles)[number],
    detail: 'minimal' | 'full' = 'minimal',
  ): string => {
    const { purpose, rule, code, stage, lateMs, calls, language } = input;
    return JSON.stringify(
      renderText(subjectOf({ purpose, rule, stage, lateMs, calls, reason: about(code), ...marks }), role, language, null, detail),
    );
  };

  it.each([
    ['family', ['ADDR', 'ACCESS', 'BED']],
    ['neighbour', ['RES', 'HOME', 'ACCESS', 'BED', 'PLACE', 'TAKER']],
    ['maintainer', ['RES', 'ADDR', 'ACCESS', 'BED', 'TAKER']],
    ['system', ['RES', 'HOME', 'ADDR', 'ACCESS', 'BED', 'PLACE', 'TAKER']],
  ] as const)('to %s: never %o', (role, forbidden) => {
    fc.assert(
      fc.property(anySubject, (input) => {
        const text = textOf(input, role);
        for (const mark of forbidden) expect(text).not.toContain(`${mark}-MARK`);
      }),
    );
  });

  it('to a machine with detail full: everything but the way in', () => {
    fc.assert(
      fc.property(anySubject, (input) => {
        expect(textOf(input, 'system', 'full')).not.toContain('ACCESS-MARK');
      }),
    );
  });

  it('to staff: the way in only where somebody may have to go in', () => {
    for (const rule of ruleNames) {
      const has = renderText(subjectOf({ rule, ...marks }), 'responder', 'zh-CN', null).body.includes('ACCESS-MARK');
      const aboutThings = ['device-offline', 'battery-low', 'mains-lost', 'tamper', 'chattering', 'stale', 'clock-wrong'];
      expect(has).toBe(!aboutThings.includes(rule));
    }
  });

  it('to a neighbour: nothing of what happened. The words are the same for every reason', () => {
    for (const purpose of purposes) {
      const texts = reasonCodes.flatMap((code) =>
        (['button', 'fall', 'out-of-bed'] as const).map((rule) =>
          JSON.stringify(renderText(subjectOf({ purpose, rule, reason: about(code, { alarmMinutes: 30 }) }), 'neighbour', 'zh-CN', null)),
        ),
      );
      expect(new Set(texts).size).toBe(1);
    }
  });

  it('a neighbour who is asked to go learns of smoke, gas or water, and calls the fire service first', () => {
    const body = renderText(subjectOf({ rule: 'smoke', reason: about('smoke') }), 'neighbour', 'zh-CN', null).body;
    expect(body).toContain('烟雾');
    expect(body).toContain('请先拨 119 报火警');
    for (const language of languages)
      for (const rule of ['smoke', 'gas'] as const)
        for (const role of ['operator', 'responder', 'family', 'neighbour'] as const)
          expect(renderText(subjectOf({ rule, reason: about(rule) }), role, language, null).body).toContain('119');
  });

  it('to a maintainer: nothing of what happened to a person', () => {
    const texts = (['button', 'fall', 'out-of-bed'] as const).map(
      (rule) => renderText(subjectOf({ rule }), 'maintainer', 'zh-CN', null).body,
    );
    expect(new Set(texts).size).toBe(1);
  });
});
