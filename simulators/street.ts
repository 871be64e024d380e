import { EventEmitter, once } from 'node:events';
import { CarebedFailure } from '../domain/failure.ts';
import type { DeviceId, HomeId } from '../domain/ids.ts';
import { type Clock, type Instant, instant, systemClock } from '../domain/instant.ts';
import type { Facts } from '../domain/reading.ts';
import type { Saying } from './emission.ts';
import { deviceOf, type DeviceRole, type SimHome, signsIn } from './home.ts';
import { createHomeLine, type HomeLine, type Tally } from './home-line.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { nextClockTime } from './life/local-time.ts';
import { createPlayback, type Playback, type Track } from './playback.ts';
import { createRandom } from './random.ts';
import type { Expectation, Scenario } from './scenarios/scenario.ts';
import type { Pace } from './sensors/sensor.ts';
import { stageHome } from './stage-home.ts';

export interface StreetOptions {
  /** Where the gateway listens: `mqtt://host:port`, `mqtts://` or `ws://`. */
  readonly url: string;
  readonly homes: readonly SimHome[];
  readonly scenario: Scenario;
  readonly seed?: string | number;
  /** Simulated seconds in one real second; 1 by default. */
  readonly speed?: number;
  /** Simulated seconds to play; the scenario's own length by default, Infinity plays until stopped. */
  readonly durationSeconds?: number;
  readonly pace?: Partial<Pace>;
  /** Sign-ins begun in a second while the street wakes up; 500 by default. */
  readonly rampPerSecond?: number;
  readonly resendAfterMs?: number;
  readonly ca?: string;
  readonly clock?: Clock;
}

export interface StreetEvents {
  /** A device's first sign-in was answered. */
  answered: [device: DeviceId, welcome: boolean];
  link: [device: DeviceId, up: boolean];
  /** A call, or the taking back of one, was handed over (again). */
  sent: [saying: Saying];
  acknowledged: [saying: Saying, at: Instant];
  command: [device: DeviceId, topic: string, payload: Uint8Array];
}

/** A street of simulated homes on one gateway. */
export interface Street {
  /** Signs everybody in, then begins the scenario. Resolves when each device had its first answer, welcome or refused. */
  start(): Promise<void>;
  /** Resolves when the scenario has been played to its end, or the street was stopped. */
  readonly finished: Promise<void>;
  stop(): Promise<void>;
  /**
   * Somebody presses the button of this home now. Returns the event id.
   * @throws CarebedFailure `no-such-device` when the home has no button.
   */
  press(home: HomeId): string;
  /** The call is taken back on the button. */
  takeBack(home: HomeId): string;
  /** The fall sensor of this home says so now. */
  fall(home: HomeId, stage: NonNullable<Facts['fall']>): string;
  /** Any facts from a device of the home, now. */
  say(home: HomeId, role: DeviceRole, facts: Facts): string;
  /** Pulls the plug of these homes, or of all. */
  cutPower(homes?: readonly HomeId[]): void;
  restorePower(homes?: readonly HomeId[]): void;
  readonly ledger: Ledger;
  readonly tally: Readonly<Tally>;
  /** What the gateway must have raised when the scenario is over. */
  readonly expects: readonly Expectation[];
  readonly worstLatenessMs: number;
  readonly events: EventEmitter<StreetEvents>;
}

/** A larger street takes longer to settle, so that its first words do not come all at once: a thousand homes a second, at most 10 s. */
const paceOf = (homes: number): Pace => ({
  telemetrySeconds: 60,
  heartbeatSeconds: 60,
  batterySeconds: 1_800,
  settleSeconds: Math.min(10, homes / 1_000),
});

export const createStreet = (options: StreetOptions): Street => {
  const { clock = systemClock, seed = 1, speed = 1, scenario, rampPerSecond = 500 } = options;
  const events = new EventEmitter<StreetEvents>();
  const ledger = createLedger();
  const tally: Tally = { published: 0, acknowledged: 0, lost: 0, connects: 0, refused: 0, unreachable: 0, commands: 0 };
  const created = clock.now();
  const from = scenario.startsAt === null ? created : nextClockTime(created, scenario.startsAt);
  const run = `${created.toString(36)}${seed}`;
  const pace = { ...paceOf(options.homes.length), ...options.pace };
  const until = instant(from + (options.durationSeconds ?? scenario.durationSeconds) * 1_000);
  let begun = created;
  let byHand = 0;
  const toWall = (at: Instant): Instant => instant(Math.round(begun + (at - from) / speed));
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  let playback: Playback | null = null;
  let ramp: NodeJS.Timeout | null = null;
  const stopping = new AbortController();

  const lineOf = (home: SimHome): HomeLine =>
    createHomeLine({
      url: options.url,
      ca: options.ca ?? null,
      resendAfterMs: options.resendAfterMs ?? 5_000,
      home,
      random: createRandom(`${seed}/${home.id}`),
      clock,
      ledger,
      tally,
      toWall,
      onFirstAnswer: (device, welcome) => events.emit('answered', device, welcome),
      onSent: (saying) => events.emit('sent', saying),
      onAcknowledged: (saying, at) => events.emit('acknowledged', saying, at),
      onLink: (device, up) => events.emit('link', device, up),
      onCommand: (device, topic, payload) => events.emit('command', device, topic, payload),
    });
  const lines = new Map(options.homes.map((home) => [home.id, lineOf(home)]));
  const staged = options.homes.map((home, index) => ({
    line: lines.get(home.id),
    ...stageHome(home, index, { scenario, seed, from, speed, pace, run }),
  }));

  const say = (home: HomeId, role: DeviceRole, facts: Facts): string => {
    const line = lines.get(home);
    const device = line === undefined ? undefined : deviceOf(line.home, role);
    if (line === undefined || device === undefined) {
      throw new CarebedFailure('no-such-device', `home ${home} has no ${role} on this street`, { status: 404 });
    }
    byHand += 1;
    const id = `${run}-${device.id}-hand${byHand}`;
    const at = instant(from + (clock.now() - begun) * speed);
    line.deliver({ type: 'say', at, happenedAt: at, device, channel: 'event', facts, id, clockErrorMs: 0 });
    return id;
  };
  const power = (up: boolean, homes: readonly HomeId[] = [...lines.keys()]): void => {
    for (const home of homes) lines.get(home)?.deliver({ type: 'link', at: from, up, device: null });
  };

  const signEverybodyIn = (): Promise<void> =>
    new Promise((resolve) => {
      const unanswered = new Set(options.homes.flatMap((home) => signsIn(home).map((device) => device.id)));
      const onAnswer = (device: DeviceId): void => {
        unanswered.delete(device);
        if (unanswered.size > 0) return;
        events.off('answered', onAnswer);
        resolve();
      };
      events.on('answered', onAnswer);
      if (unanswered.size === 0) resolve();
      const waiting = [...lines.values()];
      const startSome = (): void => {
        for (const line of waiting.splice(0, Math.max(1, Math.ceil(rampPerSecond / 20)))) line.start();
        ramp = waiting.length > 0 ? setTimeout(startSome, 50) : null;
      };
      startSome();
    });

  return {
    start: async () => {
      await Promise.race([signEverybodyIn(), once(stopping.signal, 'abort')]);
      if (stopping.signal.aborted) return;
      begun = clock.now();
      const tracks = staged.flatMap(({ line, emissions }): Track[] =>
        line === undefined ? [] : [{ emissions: emissions[Symbol.iterator](), deliver: (emission) => line.deliver(emission) }],
      );
      playback = createPlayback({ tracks, clock, toWall, until });
      playback.start();
      void playback.finished.then(finish);
    },
    finished,
    stop: async () => {
      stopping.abort();
      if (ramp !== null) clearTimeout(ramp);
      playback?.stop();
      finish();
      await Promise.all([...lines.values()].map((line) => line.stop()));
    },
    press: (home) => say(home, 'button', { button: 'press' }),
    takeBack: (home) => say(home, 'button', { button: 'cancel' }),
    fall: (home, stage) => say(home, 'fall', { fall: stage }),
    say,
    cutPower: (homes) => power(false, homes),
    restorePower: (homes) => power(true, homes),
    ledger,
    tally,
    expects: staged.flatMap((s) => s.expects),
    get worstLatenessMs() {
      return playback?.worstLatenessMs ?? 0;
    },
    events,
  };
};
