import type { DeviceId, DeviceModelId } from '../domain/ids.ts';
import { decodeCarebed, isCarebedTopic } from './decode-carebed.ts';
import { childNamed, compileMessage, type MappedMessage } from './decode-mapped.ts';
import { type Decoded, ignored, rejected } from './decoded.ts';
import type { DeviceModel, TopicReading } from './device-model.ts';
import type { InboundMessage } from './inbound.ts';

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

interface CompiledTopic {
  readonly pattern: RegExp;
  readonly reading: TopicReading;
}
/** Which topic entry reads a topic, and the child's name in it. */
interface Route {
  readonly reading: TopicReading;
  readonly child: string | undefined;
}
interface CompiledModel {
  readonly model: DeviceModel;
  /** The way of one topic, remembered: a home's topics are few and come again and again. */
  readonly route: (topic: string) => Route | null;
  readonly messages: ReadonlyMap<string, MappedMessage>;
  readonly childMessages: ReadonlyMap<string, MappedMessage>;
}

const levelPatterns: { readonly [level: string]: string } = {
  '+': '[^/]+',
  '#': '.*',
  '{child}': '(?<child>[^/]+)',
  '{child*}': '(?<child>.+)',
};

const literal = (level: string): string => level.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const compileTopic = (reading: TopicReading): CompiledTopic => ({
  pattern: new RegExp(
    `^${reading.topic
      .split('/')
      .map((level) => levelPatterns[level] ?? literal(level))
      .join('/')}$`,
    's',
  ),
  reading,
});

const maxRemembered = 10_000;

const compileRoutes = (topics: readonly TopicReading[]): ((topic: string) => Route | null) => {
  const compiled = topics.map(compileTopic);
  const remembered = new Map<string, Route | null>();
  const find = (topic: string): Route | null => {
    for (const { pattern, reading } of compiled) {
      const match = pattern.exec(topic);
      if (match !== null) return { reading, child: match.groups?.['child'] };
    }
    return null;
  };
  return (topic) => {
    let route = remembered.get(topic);
    if (route === undefined) {
      if (remembered.size >= maxRemembered) remembered.clear();
      route = find(topic);
      remembered.set(topic, route);
    }
    return route;
  };
};

const compileAll = (messages: DeviceModel['messages']): ReadonlyMap<string, MappedMessage> =>
  new Map(Object.entries(messages).map(([name, reading]) => [name, compileMessage(reading)]));

const compile = (model: DeviceModel): CompiledModel => ({
  model,
  route: compileRoutes(model.topics),
  messages: compileAll(model.messages),
  childMessages: compileAll(model.childMessages),
});

const childPrefix = 'child/';

/** Makes a decoder; the models are compiled once, here. */
export const createDecoder = (options: DecoderOptions): Decode => {
  const compiled = new Map<DeviceModelId, CompiledModel>();
  for (const [id, model] of options.models) compiled.set(id, compile(model));

  const run = (read: MappedMessage, device: DeviceId, { model }: CompiledModel, message: PublishedMessage): Decoded[] =>
    read(
      { device, retain: message.retain, retainedCalls: model.retainedCalls, lowBelowMillivolts: model.battery.lowBelowMillivolts },
      message.payload,
    );

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
    const child = options.findChild(sender, topic.slice(childPrefix.length, cut));
    if (child === null) return [rejected(sender, 'device-unknown', topic, 'no such device is registered under this hub')];
    return decodeCarebed(child, message.payload, message.retain);
  };

  const aboutChild = (names: readonly string[], reading: TopicReading, hub: CompiledModel, message: PublishedMessage): Decoded[] => {
    const child = names.map((name) => options.findChild(message.sender, name)).find((found) => found !== null) ?? null;
    if (child === null) {
      if (reading.unknownChild === 'ignore' || names.length === 0) return [ignored('about no device that is registered under this hub')];
      return [rejected(message.sender, 'device-unknown', message.topic, 'no such device is registered under this hub')];
    }
    const model = compiled.get(options.modelOf(child));
    const name = reading.message ?? '';
    const read = model?.messages.get(name) ?? hub.childMessages.get(name);
    return model === undefined || read === undefined
      ? [ignored('the device model reads no such message')]
      : run(read, child, model, message);
  };

  const mapped = (model: CompiledModel, message: PublishedMessage): Decoded[] => {
    const route = model.route(message.topic);
    if (route === null) return unknownTopic(message);
    const { reading, child } = route;
    if (reading.ignore !== undefined) return [ignored(reading.ignore)];
    if (child !== undefined) return aboutChild([child], reading, model, message);
    if (reading.childField !== undefined) return aboutChild(childNamed(message.payload, reading.childField), reading, model, message);
    const read = model.messages.get(reading.message ?? '');
    return read === undefined ? unknownTopic(message) : run(read, message.sender, model, message);
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
