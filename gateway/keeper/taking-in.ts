import type { DeviceId, DeviceModelId } from '../../domain/ids.ts';
import type { InboundMessage } from '../../domain/inbound.ts';
import type { Instant } from '../../domain/instant.ts';
import { isCall, type Reading } from '../../domain/reading.ts';
import type { Rejection } from '../../domain/rejection.ts';
import type { WaitingChild } from '../../domain/waiting-child.ts';
import type { World } from '../../domain/world.ts';
import type { RejectionRow } from './journal.ts';
import type { Decoded } from './ports.ts';

/** What the next commit will hold of what devices said, in order. */
export interface TakenIn {
  readonly readings: readonly Reading[];
  readonly rejections: readonly RejectionRow[];
  /** Children that hubs spoke of and nobody has placed. */
  readonly waiting: readonly { readonly child: WaitingChild; readonly at: Instant }[];
}

/** Messages on their way from the broker into a commit. */
export const createTakingIn = ({
  world,
  decode,
  sleeps,
}: {
  readonly world: World;
  readonly decode: (message: Extract<InboundMessage, { type: 'publish' }>) => readonly Decoded[];
  readonly sleeps: (model: DeviceModelId) => boolean;
}) => {
  let readings: Reading[] = [];
  let rejections: RejectionRow[] = [];
  let waiting: TakenIn['waiting'][number][] = [];

  const place = (device: DeviceId): Pick<Reading, 'home' | 'bed'> => {
    const known = world.device(device);
    return { home: known?.home ?? null, bed: known?.bed ?? null };
  };

  const reject = (message: Extract<InboundMessage, { type: 'publish' }>, device: DeviceId, rejection: Rejection): void => {
    rejections.push({
      at: message.receivedAt,
      device,
      home: place(device).home,
      topic: message.topic,
      payload: message.payload,
      rejection,
    });
  };

  /** Decodes one message into what the next commit will hold. True when it holds a call. */
  const take = (message: InboundMessage): boolean => {
    const { sender, receivedAt } = message;
    if (message.type === 'connection') {
      if (message.why === 'gateway-stopping') return false;
      const model = world.device(sender)?.model;
      if (message.why === 'disconnected' && model !== undefined && sleeps(model)) return false;
      readings.push({
        seq: 0,
        device: sender,
        ...place(sender),
        receivedAt,
        deviceAt: null,
        eventId: null,
        facts: { online: message.online },
      });
      return false;
    }
    if (message.refused) {
      reject(message, sender, { code: 'topic-not-yours', where: 'topic', detail: `publish only below carebed/v1/${sender}/` });
      return false;
    }
    let call = false;
    for (const decoded of decode(message)) {
      if (decoded.type === 'message') {
        readings.push({ ...decoded.message, seq: 0, ...place(decoded.message.device), receivedAt });
        call ||= isCall(decoded.message.facts);
      } else if (decoded.type === 'rejection') reject(message, decoded.device, decoded.rejection);
      else if (decoded.type === 'waiting') waiting.push({ child: decoded.child, at: receivedAt });
    }
    return call;
  };

  return {
    take,
    held: (): TakenIn => ({ readings, rejections, waiting }),
    /** All of it is committed. */
    empty(): void {
      readings = [];
      rejections = [];
      waiting = [];
    },
  };
};
