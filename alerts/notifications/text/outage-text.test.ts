import { expect, test } from 'vitest';
import { homeIdSchema } from '../../../domain/ids.ts';
import { instant } from '../../../domain/instant.ts';
import type { MessageSubject } from '../../../domain/notification.ts';
import { renderText } from './render-text.ts';

const at = instant(Date.parse('2026-03-02T04:12:00Z'));
const outage: MessageSubject = {
  purpose: 'raised-again',
  rule: 'device-offline',
  priority: 'technical',
  stage: 'alarm',
  calls: 1,
  reason: { code: 'connection-lost', device: null, since: at, numbers: {} },
  raisedAt: at,
  residentName: '王秀英',
  homeName: homeIdSchema.parse('h1'),
  address: '幸福路 1 号',
  access: '',
  bedName: '',
  devicePlace: '门厅',
  timeZone: 'Asia/Shanghai',
  takenBy: null,
  lateMs: 0,
  outageHomes: 12,
};

test('an outage is told as one, with how many homes it has taken', () => {
  expect(renderText(outage, 'maintainer', 'zh-CN', null).body).toContain('12 户');
  expect(renderText(outage, 'maintainer', 'en', null).body).toContain('12 homes');
});

test('one silent device is no outage', () => {
  const { outageHomes: _, ...single } = outage;
  expect(renderText(single, 'maintainer', 'zh-CN', null).body).not.toContain('户设备');
});
