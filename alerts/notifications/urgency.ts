import type { Priority } from '../../domain/alarm.ts';
import type { Delivery, Purpose } from '../../domain/notification.ts';

const priorityRank: Readonly<Record<Priority, number>> = { high: 0, medium: 1, low: 2, technical: 2 };

/** The first word of a new alarm and the cry that nobody answers come first, news that asks for nothing last. */
const purposeRank: Readonly<Record<Purpose, number>> = {
  raised: 0,
  exhausted: 1,
  'dispatch-unverified': 1,
  'raised-again': 2,
  reminder: 3,
  returned: 4,
  taken: 4,
  closed: 5,
};

/** Smaller goes first. */
export const urgencyOf = (delivery: Delivery): number =>
  priorityRank[delivery.subject.priority] * 10 + purposeRank[delivery.subject.purpose];
