import type { Reason } from '../../domain/alarm.ts';
import { alarmIdSchema, deviceIdSchema, type NotificationId, personIdSchema } from '../../domain/ids.ts';
import { instant } from '../../domain/instant.ts';
import type { Delivery, MessageSubject } from '../../domain/notification.ts';
import type { ChannelAddress } from '../../domain/people.ts';

/** 2026-11-23 04:12:00 in Shanghai. */
export const pressedAt = instant(Date.UTC(2026, 10, 22, 20, 12, 0));

export const aReason = (change: Partial<Reason> = {}): Reason => ({
  code: 'pressed',
  device: deviceIdSchema.parse('button-17'),
  since: pressedAt,
  numbers: {},
  ...change,
});

/** A press of the button in a made-up home. */
export const aSubject = (change: Partial<MessageSubject> = {}): MessageSubject => ({
  purpose: 'raised',
  rule: 'button',
  priority: 'high',
  stage: 'alarm',
  calls: 1,
  reason: aReason(),
  raisedAt: pressedAt,
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

export const aDelivery = (address: ChannelAddress, change: Partial<Delivery> = {}): Delivery => ({
  notification: 1 as NotificationId,
  attempt: 1,
  key: 'n1-0-abc',
  alarm: alarmIdSchema.parse('alarm-42'),
  person: personIdSchema.parse('li-lei'),
  role: 'operator',
  language: 'zh-CN',
  address,
  subject: aSubject(),
  link: 'https://care.example/a/Tk3nTk3nTk3nTk3nTk3nTk',
  mayHaveBeenSent: false,
  createdAt: instant(Date.now()),
  ...change,
});
