import { type Instant, instant } from '../domain/instant.ts';
import type { Facts } from '../domain/reading.ts';
import { inOrder, type Saying } from './emission.ts';
import type { SimDevice, SimHome } from './home.ts';
import { afterEvent, type ResidentEvent, type ResidentState } from './life/resident-event.ts';
import type { Random } from './random.ts';
import { createBattery } from './sensors/battery.ts';
import { createBedPad } from './sensors/bed-pad.ts';
import { createButton } from './sensors/button.ts';
import { createContact } from './sensors/contact.ts';
import { createFallSensor } from './sensors/fall-sensor.ts';
import { createHub } from './sensors/hub.ts';
import { createMotion } from './sensors/motion.ts';
import type { Pace, Regular, Sensor } from './sensors/sensor.ts';

export interface HomeLife {
  readonly home: SimHome;
  readonly from: Instant;
  /** How the resident and the home stand at `from`. */
  readonly state: ResidentState;
  /** What the resident does from then on, in order. */
  readonly resident: Iterable<ResidentEvent>;
  readonly random: Random;
  readonly pace: Pace;
  /** Starts every event id; another run must use another, so that its presses are not taken for repeats. */
  readonly run: string;
  /** Batteries that are at this level at `from` instead of one drawn by lot, in percent. */
  readonly batteryPercent: number | null;
}

const sensorFor = (device: SimDevice, life: HomeLife): Sensor => {
  const random = life.random.fork('sensor', device.id);
  const battery = createBattery(
    life.from,
    random,
    life.batteryPercent === null ? {} : { startPercent: life.batteryPercent, fadePerDay: 2 },
  );
  switch (device.role) {
    case 'hub':
      return createHub(random, life.pace);
    case 'button':
      return createButton(battery, life.pace);
    case 'fall':
      return createFallSensor(life.pace);
    case 'bed':
      return createBedPad(random, life.pace);
    case 'contact':
      return createContact(battery, life.pace);
    case 'motion':
      return createMotion('kitchen', battery, life.pace);
  }
};

/** A device that has a connection of its own gives its own sign of life; a hub's sensor does so already. */
const heartbeat = (pace: Pace): Regular => ({ everyMs: pace.heartbeatSeconds * 1_000, channel: 'status', say: () => ({ online: true }) });

/**
 * Everything the devices of one home say, in order of time and without end: first where they stand, then what they see the resident do and
 * their regular reports. Pure: the same life gives the same sayings.
 */
export function* sayingsOf(life: HomeLife): Generator<Saying, void, undefined> {
  let state = life.state;
  let count = 0;
  const say = (at: Instant, device: SimDevice, channel: Saying['channel'], facts: Facts): Saying => {
    count += 1;
    const id = `${life.run}-${device.id}-${count.toString(36)}`;
    return { type: 'say', at, happenedAt: at, device, channel, facts, id, clockErrorMs: 0 };
  };
  const fitted = life.home.devices.map((device) => {
    const sensor = sensorFor(device, life);
    const regular = device.hub === null && device.role !== 'hub' ? [...sensor.regular, heartbeat(life.pace)] : sensor.regular;
    return { device, sensor, regular };
  });

  type Moment = { readonly at: Instant } & ({ event: ResidentEvent } | { device: SimDevice; regular: Regular });
  const channelOf = (device: SimDevice): 'status' | 'telemetry' => (device.role === 'hub' ? 'status' : 'telemetry');
  const settling = life.random.fork('settling').next() * life.pace.settleSeconds * 1_000;
  function* introductions(): Generator<Moment, void, undefined> {
    for (const { device, sensor } of fitted) {
      const regular: Regular = { everyMs: 0, channel: channelOf(device), say: (at, now) => sensor.first(at, now) };
      yield { at: instant(Math.round(life.from + settling)), device, regular };
    }
  }
  function* ticks(device: SimDevice, regular: Regular): Generator<Moment, void, undefined> {
    const phase = life.random.fork('phase', device.id, regular.channel).next();
    for (let at = life.from + Math.ceil(phase * regular.everyMs); ; at += regular.everyMs) yield { at: instant(at), device, regular };
  }
  function* events(): Generator<Moment, void, undefined> {
    for (const event of life.resident) yield { at: event.at, event };
  }
  const regulars = fitted.flatMap(({ device, regular }) => regular.map((r) => ticks(device, r)));
  for (const moment of inOrder<Moment>(events(), introductions(), ...regulars)) {
    if ('event' in moment) {
      state = afterEvent(state, moment.event);
      for (const { device, sensor } of fitted) {
        const facts = sensor.notice(moment.event, state);
        if (facts !== null) yield say(moment.at, device, 'event', facts);
      }
    } else {
      const facts = moment.regular.say(moment.at, state);
      if (facts !== null) yield say(moment.at, moment.device, moment.regular.channel, facts);
    }
  }
}
