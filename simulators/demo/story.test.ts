import { describe, expect, it } from 'vitest';
import { type AlarmEventType, alarmEventTypes } from '../../domain/alarm.ts';
import { readReadyLine } from './gateway-process.ts';
import { liveEventSchema } from './live-events.ts';
import { storyOf } from './story.ts';

const names = { home: () => '3 号', person: (id: string) => (id === 'li' ? '李芳' : id) };
const live = (type: AlarmEventType, data: Record<string, unknown> = {}) =>
  liveEventSchema.parse({
    seq: 1,
    alarm: 'alarm-1',
    home: 'home-3',
    rule: 'button',
    priority: 'high',
    event: { type, at: 1, by: { type: 'person', person: 'li' }, data },
  });

describe('the story of an alarm', () => {
  it('is told in both languages, or not at all', () => {
    const told = alarmEventTypes.map((type) => storyOf(live(type), names)).filter((line) => line !== null);
    expect(told.length).toBeGreaterThan(15);
    for (const line of told) {
      expect(line['zh-CN']).toMatch(/^alarm-1 3 号：.*\p{Script=Han}/u);
      expect(line.en.replaceAll('3 号', '').replaceAll('李芳', '')).not.toMatch(/\p{Script=Han}/u);
    }
  });

  it('names whom a level tells, and says so when it asks to go there unverified', () => {
    expect(storyOf(live('level-told', { level: 1, people: ['li'], asks: 'answer' }), names)?.en).toBe(
      'alarm-1 3 号: level 2: telling 李芳',
    );
    expect(storyOf(live('level-told', { level: 3, people: ['li'], asks: 'dispatch-unverified' }), names)?.['zh-CN']).toContain('直接上门');
  });
});

describe("the gateway's ready line", () => {
  it('gives the addresses that were really bound', () => {
    const line = 'carebed ready http=http://127.0.0.1:8080 mqtt=mqtt://127.0.0.1:1883 mqtts=off ws=ws://127.0.0.1:8083';
    expect(readReadyLine(line)).toEqual({
      http: 'http://127.0.0.1:8080',
      mqtt: 'mqtt://127.0.0.1:1883',
      mqtts: 'off',
      ws: 'ws://127.0.0.1:8083',
    });
    expect(readReadyLine('{"msg":"carebed ready"}')).toBeNull();
  });
});
