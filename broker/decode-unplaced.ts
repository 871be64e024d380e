import type { DeviceModelId } from '../domain/ids.ts';
import { isCall } from '../domain/reading.ts';
import { longestWaitingText, type WaitingChild } from '../domain/waiting-child.ts';
import type { CompiledModel, CompiledRoute } from './compile-model.ts';
import { decodeCarebed } from './decode-carebed.ts';
import type { PublishedMessage } from './decode.ts';
import { type Decoded, ignored, rejected } from './decoded.ts';
import { follow, isObject, type JsonObject, parseJson, textOf } from './payload.ts';
import { asText } from './value-text.ts';

/** A message about a child that nobody has placed. */
export interface Unplaced {
  /** What the hub calls it, the first being the name to place it under. */
  readonly names: readonly string[];
  readonly route: CompiledRoute;
  readonly hub: CompiledModel;
  readonly message: PublishedMessage;
  /** Null: the whole payload. */
  readonly body: JsonObject | null;
}

const clean = (text: string): string =>
  text
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, longestWaitingText);

const isCallMessage = (one: Decoded): boolean => one.type === 'message' && isCall(one.message.facts);

/** Only what is a call, in the name of the hub: it calls for the hub's home. Its id names the child, so that two of them stay two calls. */
const callsOf = (decoded: readonly Decoded[], hub: PublishedMessage['sender'], name: string): Decoded[] =>
  decoded.flatMap((one): Decoded[] => {
    if (one.type !== 'message') return [];
    const { button, fall } = one.message.facts;
    const facts = { ...(button === 'press' ? { button } : {}), ...(fall === 'suspected' || fall === 'confirmed' ? { fall } : {}) };
    if (!isCall(facts)) return [];
    const eventId = one.message.eventId === null ? null : `${name}:${one.message.eventId}`.slice(-128);
    return [{ type: 'message', message: { device: hub, facts, deviceAt: one.message.deviceAt, eventId } }];
  });

/**
 * What becomes of a message about a child that nobody has placed: it is refused, the child is put on the list of those that wait for an
 * installer, and what is a call beyond doubt calls for the hub's home: a call is a call.
 */
export const createUnplaced = (models: ReadonlyMap<DeviceModelId, CompiledModel>) => {
  /** Which models are sold under a maker's code. The code stands alone, or after the maker's name. */
  const sold = new Map<string, DeviceModelId[]>();
  for (const [id, { model }] of models) {
    for (const name of model.sold) {
      const whole = name.toLowerCase();
      for (const code of new Set([whole, whole.slice(whole.indexOf(' ') + 1)])) sold.set(code, [...(sold.get(code) ?? []), id]);
    }
  }
  /** The one of them that reads what this hub says of its children: the same button is sold to hubs of several makers. */
  const soldFor = (hub: CompiledModel, code: string): DeviceModelId | undefined =>
    sold.get(code.toLowerCase())?.find((id) => [...hub.spokenOfChildren].some((name) => models.get(id)?.messages.has(name)));
  const refusal = (message: PublishedMessage): Decoded =>
    rejected(message.sender, 'device-unknown', message.topic, 'no such device is registered under this hub');

  return {
    /** Of Carebed's own protocol, whose calls need no model to be understood. */
    own(message: PublishedMessage, name: string, heard: string): Decoded[] {
      const calls = callsOf(decodeCarebed(message.sender, message.payload, message.retain), message.sender, name);
      const child: WaitingChild = {
        hub: message.sender,
        name: name.slice(0, longestWaitingText),
        says: null,
        model: null,
        heard,
        called: calls.length > 0,
      };
      return [...calls, refusal(message), { type: 'waiting', child }];
    },
    mapped({ names, route, hub, message, body }: Unplaced): Decoded[] {
      const idle = ignored('about no device that is registered under this hub');
      const name = names[0];
      if (name === undefined) return [idle];
      const { reading } = route;
      const parsed = body ?? parseJson(textOf(message.payload));
      const announced = route.announces(parsed);
      const says = announced
        ? clean(
            (reading.announce?.says ?? [])
              .map((path) => asText(follow(parsed, path)) ?? '')
              .filter((text) => text !== '')
              .join(' '),
          )
        : '';
      const suggested = announced ? route.codesOf(parsed).flatMap((code) => soldFor(hub, code) ?? []) : [];
      const model = suggested[0] ?? null;

      const readWith = (reader: CompiledModel['messages'], by: CompiledModel): Decoded[] =>
        (reading.message ?? []).flatMap((kind) => {
          const found = reader.get(kind);
          if (found === undefined) return [];
          const context = { device: message.sender, retain: message.retain, model: by.model, inner: reader.get(found.inner ?? '') };
          return isObject(body) ? found.readBody(context, body) : found.read(context, message.payload);
        });
      const calls = callsOf(readWith(hub.strangers, hub), message.sender, name);
      const suggestedModel = model === null ? undefined : models.get(model);
      const called =
        calls.length > 0 || (suggestedModel !== undefined && readWith(suggestedModel.messages, suggestedModel).some(isCallMessage));

      const refused = called || reading.unknownChild === 'reject' ? [refusal(message)] : [];
      const waits = announced || called || (reading.unknownChild === 'reject' && reading.announce === undefined);
      const child: WaitingChild = {
        hub: message.sender,
        name: name.slice(0, longestWaitingText),
        says: says === '' ? null : says,
        model,
        heard: reading.message?.[0] ?? 'announcement',
        called,
      };
      const out: Decoded[] = [...calls, ...refused, ...(waits ? [{ type: 'waiting' as const, child }] : [])];
      return out.length > 0 ? out : [idle];
    },
  };
};
