import type { DeviceId, DeviceModelId } from '../../domain/ids.ts';
import type { InboundMessage } from '../../domain/inbound.ts';
import type { Instant } from '../../domain/instant.ts';

/**
 * Messages packed for the way to the keeper thread. All payloads lie in one buffer that is handed over, not copied: a payload from a socket
 * is a slice of a 64 KiB pool, and cloning the slice would clone the pool.
 */
export interface InboundBatch {
  readonly senders: readonly string[];
  /** Model of a publish; empty for a connection. */
  readonly models: readonly string[];
  /** Topic of a publish; the reason of a connection. */
  readonly texts: readonly string[];
  readonly times: Float64Array;
  readonly flags: Uint8Array;
  /** Where each payload ends in `payloads`. */
  readonly ends: Uint32Array;
  readonly payloads: Uint8Array;
}

const flag = { connection: 1, online: 2, retain: 4, duplicate: 8, refused: 16 } as const;

/** Packs messages, in order. */
export const packBatch = (messages: readonly InboundMessage[]): InboundBatch => {
  const count = messages.length;
  const senders = new Array<string>(count);
  const models = new Array<string>(count);
  const texts = new Array<string>(count);
  const times = new Float64Array(count);
  const flags = new Uint8Array(count);
  const ends = new Uint32Array(count);
  let size = 0;
  for (const message of messages) if (message.type === 'publish') size += message.payload.byteLength;
  const payloads = new Uint8Array(size);
  let end = 0;
  for (let i = 0; i < count; i += 1) {
    const message = messages[i] as InboundMessage;
    senders[i] = message.sender;
    times[i] = message.receivedAt;
    if (message.type === 'publish') {
      models[i] = message.model;
      texts[i] = message.topic;
      flags[i] = (message.retain ? flag.retain : 0) | (message.duplicate ? flag.duplicate : 0) | (message.refused ? flag.refused : 0);
      payloads.set(message.payload, end);
      end += message.payload.byteLength;
    } else {
      models[i] = '';
      texts[i] = message.why;
      flags[i] = flag.connection | (message.online ? flag.online : 0);
    }
    ends[i] = end;
  }
  return { senders, models, texts, times, flags, ends, payloads };
};

/** The messages of a batch, in order. Their payloads are views into the batch. */
export const unpackBatch = (batch: InboundBatch): InboundMessage[] => {
  const messages = new Array<InboundMessage>(batch.senders.length);
  let start = 0;
  for (let i = 0; i < messages.length; i += 1) {
    const bits = batch.flags[i] as number;
    const end = batch.ends[i] as number;
    const sender = batch.senders[i] as DeviceId;
    const receivedAt = batch.times[i] as Instant;
    messages[i] =
      (bits & flag.connection) !== 0
        ? { type: 'connection', sender, receivedAt, online: (bits & flag.online) !== 0, why: batch.texts[i] as string }
        : {
            type: 'publish',
            sender,
            receivedAt,
            model: batch.models[i] as DeviceModelId,
            topic: batch.texts[i] as string,
            payload: batch.payloads.subarray(start, end),
            retain: (bits & flag.retain) !== 0,
            duplicate: (bits & flag.duplicate) !== 0,
            refused: (bits & flag.refused) !== 0,
          };
    start = end;
  }
  return messages;
};
