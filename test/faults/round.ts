import { createRandom } from '../../simulators/random.ts';
import { createStreet } from '../../simulators/street.ts';
import { storeFileIn } from '../../gateway/store/backup.ts';
import { createGatewayProcess } from '../harness/gateway-process.ts';
import { waitFor } from '../harness/wait-for.ts';
import { createAnswers } from './answers.ts';
import { checkAlarms } from './check-alarms.ts';
import { checkCalls } from './check-calls.ts';
import { checkBeds, checkLateness, outagesOf } from './check-lateness.ts';
import { checkMessages } from './check-messages.ts';
import { counted, type Finding } from './finding.ts';
import { type Kill, killAgainAndAgain } from './killer.ts';
import { createMischief } from './mischief.ts';
import { planFaults } from './plan.ts';
import { startReceivers } from './receivers.ts';
import { readStore } from './store-view.ts';

export interface RoundOptions {
  readonly kills: number;
  readonly homes: number;
  readonly seed: string;
  /** Told of each kill, and of what is being done. */
  readonly onKill?: (kill: Kill, index: number) => void;
  readonly say?: (line: string) => void;
}

export interface RoundReport {
  readonly kills: readonly Kill[];
  readonly findings: readonly Finding[];
  readonly tookMs: number;
}

/** How long messages may take to settle when the killing is over: a try without an answer counts as doubtful after 90 s. */
const settleWithinMs = 120_000;

/**
 * One trial: a real gateway, real devices, real receivers and an operator; the gateway is killed with SIGKILL so many times, and then
 * everything that was promised is compared with what is in the store and with what was received. Leaves nothing running.
 */
export const runRound = async (options: RoundOptions): Promise<RoundReport> => {
  const begun = performance.now();
  const say = options.say ?? (() => undefined);
  const random = createRandom(options.seed);
  const receivers = await startReceivers();
  const gateway = await createGatewayProcess(receivers.config);
  const plan = planFaults({ homes: options.homes, seed: options.seed, now: Date.now() });
  try {
    await gateway.start();
    for (const { record, rows } of plan.records) await gateway.api('POST', '/api/import', { record, rows });
    const street = createStreet({
      url: gateway.addresses.mqtt,
      homes: plan.homes,
      scenario: plan.scenario,
      seed: options.seed,
      pace: { telemetrySeconds: 2, heartbeatSeconds: 20, batterySeconds: 30, settleSeconds: 1 },
      resendAfterMs: 1_000,
    });
    const mischief = createMischief({ plan, street, random });
    const answers = createAnswers({ gateway, random });
    try {
      await street.start();
      say(`${plan.homes.length} homes have signed in`);
      mischief.start();
      answers.start();
      const kills = await killAgainAndAgain({
        kills: options.kills,
        gateway,
        street,
        mischief,
        answers,
        receivers,
        random,
        onKill: (kill, index) => options.onKill?.(kill, index),
      });
      say('the killing is over; waiting until every call is acknowledged and every message has found its end');
      await mischief.stop();
      await answers.stop();
      const store = storeFileIn(gateway.data);
      // Everything that fell due meanwhile is told before the alarms are resolved.
      await waitFor(
        'the last levels to be told',
        () => readStore(store).alarms.every(({ alarm }) => (alarm.escalation?.dueAt ?? Infinity) > Date.now()),
        {
          within: 20_000,
          every: 200,
        },
      ).catch(() => undefined);
      await answers.resolveAll();
      await street.stop();
      await waitFor(
        'every notification to be done',
        () => checkMessages(readStore(store), receivers, plan, Date.now()).every(({ broken }) => broken.length === 0),
        { within: settleWithinMs, every: 500 },
      ).catch(() => undefined);
      const kept = readStore(store);
      const now = Date.now();
      const findings = [
        counted('kills', kills.length),
        ...checkCalls(kept, street.ledger.entries(), street.tally.acknowledged),
        ...checkAlarms(kept, answers.acts),
        ...checkLateness(kept, outagesOf(kills, kept.runs)),
        ...checkBeds(kept, now),
        ...checkMessages(kept, receivers, plan, now),
      ];
      return { kills, findings, tookMs: performance.now() - begun };
    } finally {
      await mischief.stop().catch(() => undefined);
      await street.stop();
    }
  } finally {
    await gateway.remove();
    await receivers.stop();
  }
};
