import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { GatewayProcess } from '../harness/gateway-process.ts';
import type { Random } from '../../simulators/random.ts';
import type { Street } from '../../simulators/street.ts';
import type { Answers } from './answers.ts';
import type { Mischief } from './mischief.ts';
import type { Receivers } from './receivers.ts';

/**
 * Where a kill is aimed: at any instant; within 5 ms after a call's PUBLISH left its device, after its PUBACK came, after a message reached
 * a receiver, after an operator's act was sent; in the middle of the start; and just after the start, when what fell due is being done.
 */
export const aims = ['any', 'call', 'acknowledged', 'message', 'act', 'starting', 'just-up'] as const;
export type Aim = (typeof aims)[number];

export interface Kill {
  readonly aim: Aim;
  readonly killedAt: number;
  /** How long until it listened again, ms. */
  readonly downMs: number;
  /** How long that run had been up, ms; 0 for one that was killed while it started. */
  readonly upMs: number;
}

const weights: readonly [Aim, ...Aim[]] = [
  'any',
  'any',
  'call',
  'call',
  'call',
  'call',
  'acknowledged',
  'acknowledged',
  'message',
  'message',
  'act',
  'starting',
  'just-up',
];
/** At least one of each when there are enough. */
const aimOf = (index: number, random: Random): Aim => aims[index] ?? random.pick(weights);

/** Kills the gateway again and again with SIGKILL, and starts it at once each time. */
export const killAgainAndAgain = async (options: {
  readonly kills: number;
  readonly gateway: GatewayProcess;
  readonly street: Street;
  readonly mischief: Mischief;
  readonly answers: Answers;
  readonly receivers: Receivers;
  readonly random: Random;
  readonly onKill: (kill: Kill, index: number) => void;
}): Promise<readonly Kill[]> => {
  const { gateway, street, mischief, answers, receivers } = options;
  const random = options.random.fork('kills');
  const done: Kill[] = [];
  let upSince = Date.now();

  /** Resolves at the first message that reaches anybody from now on. */
  const nextMessage = async (): Promise<void> => {
    const stop = new AbortController();
    const one = async (inbox: AsyncIterable<unknown>): Promise<void> => {
      for await (const _ of inbox) return;
    };
    await Promise.race([
      one(receivers.webhooks),
      one(receivers.mail),
      one(receivers.sms),
      pause(3_000, undefined, { signal: stop.signal }),
    ]);
    stop.abort();
  };

  /** Resolves at the instant the kill is aimed at. */
  const aimed = async (aim: Aim): Promise<void> => {
    const delay = random.between(0, 5);
    if (aim === 'call' || aim === 'acknowledged') {
      const moment = once(street.events, aim === 'call' ? 'sent' : 'acknowledged');
      mischief.burst();
      await moment;
    } else if (aim === 'message') {
      const moment = nextMessage();
      mischief.burst();
      await moment;
    } else if (aim === 'act') {
      await Promise.race([once(answers.events, 'act'), pause(3_000)]);
    } else if (aim !== 'just-up') return;
    // Below a millisecond a timer is of no use.
    if (delay >= 1) await pause(delay);
  };

  /** Starts it and kills it on the way, `ms` after it was begun. */
  const killWhileStarting = async (ms: number): Promise<void> => {
    const started = gateway.start().then(
      () => undefined,
      () => undefined,
    );
    await pause(ms);
    await gateway.kill();
    await started;
  };

  for (let index = 0; index < options.kills; index += 1) {
    const aim = aimOf(index, random);
    await pause(aim === 'just-up' ? random.between(0, 150) : random.between(150, 2_200));
    if (aim !== 'starting') await aimed(aim);
    const killedAt = Date.now();
    const upMs = killedAt - upSince;
    await gateway.kill();
    if (aim === 'starting') await killWhileStarting(random.between(50, 1_200));
    await gateway.start();
    upSince = Date.now();
    const kill: Kill = { aim, killedAt, downMs: upSince - killedAt, upMs };
    done.push(kill);
    options.onKill(kill, index);
  }
  return done;
};
