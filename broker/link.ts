import type { Duplex } from 'node:stream';
import type { Client } from 'aedes';
import type { DeviceId, DeviceModelId } from '../domain/ids.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { FrameGuard } from './frame-guard.ts';
import type { BrokerLimits } from './limits.ts';

/** Why a connection ended, in the words of `InboundMessage`; null while nobody has said. */
export type EndReason = string | null;

/** Who a link speaks for, once it has signed in. */
export interface Identity {
  readonly device: DeviceId;
  readonly model: DeviceModelId;
}

/** One connection, from the accepted socket to its close. Times are the watchdog's. */
export class Link {
  readonly stream: Duplex;
  readonly guard: FrameGuard;
  readonly acknowledgements: Acknowledgements;
  /** Filters granted, with their QoS. */
  readonly subscriptions = new Map<string, number>();
  readonly openedAt: number;
  lastHeardAt: number;
  /** When the packet now arriving began; null between packets. */
  partialSince: number | null = null;
  /** The client may be silent for so long. */
  idleLimitMs: number;
  client: Client | null = null;
  identity: Identity | null = null;
  /** It is the connection of its device: aedes has registered it, and it was announced. */
  registered = false;
  /** The will as aedes holds it: told apart from a message by being this very object. */
  will: object | null = null;
  /** Another connection of the same device has signed in: this one's will is no news. */
  superseded = false;
  /** The connection that this one is about to take over. */
  replaces: Link | null = null;
  endReason: EndReason = null;

  constructor(stream: Duplex, limits: BrokerLimits, now: number, monotonic: () => number) {
    this.stream = stream;
    this.guard = new FrameGuard(limits.maxConnectBytes, limits.maxPacketBytes);
    this.acknowledgements = new Acknowledgements(monotonic);
    this.openedAt = now;
    this.lastHeardAt = now;
    this.idleLimitMs = limits.maxKeepAliveSeconds * 1_500;
  }

  /** Cuts the connection at once. The first reason given stays. */
  end(why: string): void {
    this.endReason ??= why;
    this.stream.destroy();
  }
}
