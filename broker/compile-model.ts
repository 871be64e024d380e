import { compileCondition, compileNames } from './child-name.ts';
import { compileRoutes } from './compile-routes.ts';
import { compileMessage, type MappedMessage } from './decode-mapped.ts';
import type { DeviceModel, TopicReading } from './device-model.ts';

/** A topic entry with what it asks of payloads made ready. */
export interface CompiledRoute {
  readonly reading: TopicReading;
  /** The names under which the hub may know the child that a body is about. */
  readonly namesOf: (body: unknown) => string[];
  /** Whether a body announces a child. */
  readonly announces: (body: unknown) => boolean;
  /** The maker's code in an announcement. */
  readonly codesOf: (body: unknown) => string[];
}

/** A device model made ready for reading messages. */
export interface CompiledModel {
  readonly model: DeviceModel;
  /** The way of one topic, remembered: a home's topics are few and come again and again. */
  readonly route: (topic: string) => { readonly route: CompiledRoute; readonly child: string | undefined } | null;
  readonly messages: ReadonlyMap<string, MappedMessage>;
  readonly childMessages: ReadonlyMap<string, MappedMessage>;
  readonly strangers: ReadonlyMap<string, MappedMessage>;
  /** The messages of a child's model that this hub's topics ask for. */
  readonly spokenOfChildren: ReadonlySet<string>;
}

const compileAll = (messages: DeviceModel['messages']): ReadonlyMap<string, MappedMessage> =>
  new Map(Object.entries(messages).map(([name, reading]) => [name, compileMessage(reading)]));

/** Makes a model ready; done once for each. */
export const compileModel = (model: DeviceModel): CompiledModel => ({
  model,
  route: compileRoutes(model.topics, (reading) => ({
    reading,
    namesOf: compileNames(reading.childField ?? []),
    announces: reading.announce === undefined ? () => false : compileCondition(reading.announce.when),
    codesOf: compileNames(reading.announce?.code === undefined ? [] : [reading.announce.code]),
  })),
  messages: compileAll(model.messages),
  childMessages: compileAll(model.childMessages),
  strangers: compileAll(model.strangers),
  spokenOfChildren: new Set([
    ...model.topics.flatMap(({ topic, childField, message }) =>
      topic.includes('{child') || childField !== undefined ? (message ?? []) : [],
    ),
    ...Object.values(model.childMessages).flatMap(({ inner }) => inner?.message ?? []),
  ]),
});
