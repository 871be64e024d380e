import type { DeviceId, DeviceModelId } from '../domain/ids.ts';
import { compileModel, type CompiledModel } from './compile-model.ts';
import { decodeCarebed, isCarebedTopic } from './decode-carebed.ts';
import { createUnplaced, type Unplaced } from './decode-unplaced.ts';
import { type Decoded, ignored, rejected } from './decoded.ts';
import type { DeviceModel } from './device-model.ts';
import type { InboundMessage } from './inbound.ts';
import { follow, isObject, type JsonObject, parseJson, textOf } from './payload.ts';
import type { CompiledRoute } from './compile-model.ts';

export type { Decoded } from './decoded.ts';

/** A message of a device, as the broker hands it over. */
export type PublishedMessage = Extract<InboundMessage, { type: 'publish' }>;

export interface DecoderOptions {
  readonly models: ReadonlyMap<DeviceModelId, DeviceModel>;
  /** The child of a hub by the name that the hub uses for it (its own id when it has no other). Null: none is registered under it. */
  readonly findChild: (hub: DeviceId, hubName: string) => DeviceId | null;
  readonly modelOf: (device: DeviceId) => DeviceModelId;
}

/** A message with its payload gone over into facts, refusals and things left alone. Pure, synchronous, never throws, never returns nothing. */
export type Decode = (message: PublishedMessage) => Decoded[];

const childPrefix = 'child/';

/** Things left alone are of interest only where nothing else came of a message. */
const withoutIdle = (decoded: Decoded[]): Decoded[] => {
  const told = decoded.filter((one) => one.type !== 'ignored');
  return told.length > 0 ? told : decoded.slice(0, 1);
};

/** Makes a decoder; the models are compiled once, here. */
export const createDecoder = (options: DecoderOptions): Decode => {
  const compiled = new Map<DeviceModelId, CompiledModel>();
  for (const [id, model] of options.models) compiled.set(id, compileModel(model));
  const unplaced = createUnplaced(compiled);

  const unknownTopic = (message: PublishedMessage): Decoded[] => [
    rejected(message.sender, 'topic-unknown', message.topic, 'the device model knows no such topic'),
  ];

  /** Carebed's own protocol: one of three topics, for a hub's child below `child/<child>/`. */
  const own = (hub: boolean, message: PublishedMessage): Decoded[] => {
    const { sender, topic } = message;
    if (isCarebedTopic(topic)) return decodeCarebed(sender, message.payload, message.retain);
    const cut = topic.lastIndexOf('/');
    const last = topic.slice(cut + 1);
    if (!hub || !topic.startsWith(childPrefix) || cut <= childPrefix.length || !isCarebedTopic(last)) return unknownTopic(message);
    const name = topic.slice(childPrefix.length, cut);
    const child = options.findChild(sender, name);
    return child === null ? unplaced.own(message, name, last) : decodeCarebed(child, message.payload, message.retain);
  };

  /** A message about one child, read by its model, or by what the hub's says of all children. `body` null: the whole payload. */
  const aboutChild = (
    names: readonly string[],
    route: CompiledRoute,
    hub: CompiledModel,
    message: PublishedMessage,
    body: JsonObject | null,
  ): Decoded[] => {
    const child = names.map((name) => options.findChild(message.sender, name)).find((found) => found !== null) ?? null;
    if (child === null) return unplaced.mapped({ names, route, hub, message, body } satisfies Unplaced);
    if (route.reading.refuse !== undefined) return [rejected(child, 'payload-invalid', message.topic, route.reading.refuse)];
    const model = compiled.get(options.modelOf(child));
    if (model === undefined) return [ignored('the device model of this child is not known')];
    const out = (route.reading.message ?? []).flatMap((name) => {
      const reader = model.messages.get(name) ?? hub.childMessages.get(name);
      if (reader === undefined) return [ignored('the device model reads no such message')];
      const context = { device: child, retain: message.retain, model: model.model, inner: model.messages.get(reader.inner ?? '') };
      return body === null ? reader.read(context, message.payload) : reader.readBody(context, body);
    });
    return out.length > 0 ? withoutIdle(out) : [ignored('only tells of the child')];
  };

  const aboutItself = (route: CompiledRoute, hub: CompiledModel, message: PublishedMessage, body: JsonObject | null): Decoded[] => {
    const context = { device: message.sender, retain: message.retain, model: hub.model };
    const readers = (route.reading.message ?? []).flatMap((name) => hub.messages.get(name) ?? []);
    const out = readers.flatMap((reader) => (body === null ? reader.read(context, message.payload) : reader.readBody(context, body)));
    return out.length > 0 ? withoutIdle(out) : [ignored('the device model reads no such message')];
  };

  /** The payload names the child, or lists several of them. */
  const namedInside = (route: CompiledRoute, hub: CompiledModel, message: PublishedMessage): Decoded[] => {
    const whole = parseJson(textOf(message.payload));
    if (whole === undefined) return [rejected(message.sender, 'payload-not-json', 'payload', 'must be JSON')];
    const { reading } = route;
    // What lists nothing may still be about the hub itself: the news of a gateway among that of its children.
    if (reading.each !== undefined && reading.elseOwn && isObject(whole) && !Array.isArray(follow(whole, reading.each))) {
      return aboutItself(route, hub, message, whole);
    }
    const found = reading.each === undefined ? whole : follow(whole, reading.each);
    const bodies = (Array.isArray(found) ? (found as unknown[]) : [found]).filter(isObject);
    const out = bodies.flatMap((body) => {
      const names = route.namesOf(body);
      return names.length === 0 && reading.elseOwn ? aboutItself(route, hub, message, body) : aboutChild(names, route, hub, message, body);
    });
    return out.length > 0 ? withoutIdle(out) : [ignored('nothing in it that the device model reads')];
  };

  const mapped = (model: CompiledModel, message: PublishedMessage): Decoded[] => {
    const found = model.route(message.topic);
    if (found === null) return unknownTopic(message);
    const { route, child } = found;
    if (route.reading.ignore !== undefined) return [ignored(route.reading.ignore)];
    if (route.reading.refuse !== undefined && child === undefined) {
      return [rejected(message.sender, 'payload-invalid', message.topic, route.reading.refuse)];
    }
    if (child !== undefined) return aboutChild([child], route, model, message, null);
    if (route.reading.childField !== undefined) return namedInside(route, model, message);
    return aboutItself(route, model, message, null);
  };

  return (message) => {
    if (message.refused) {
      return [rejected(message.sender, 'topic-not-yours', message.topic, 'a device publishes only below carebed/v1/<its own id>/')];
    }
    const model = compiled.get(message.model);
    if (model === undefined) return unknownTopic(message);
    return model.model.protocol === 'carebed' ? own(model.model.hub, message) : mapped(model, message);
  };
};
