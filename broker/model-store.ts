import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CarebedFailure } from '../domain/failure.ts';
import type { DeviceModelId } from '../domain/ids.ts';
import { type DeviceModel, type DeviceModelFile, parseDeviceModel } from './device-model.ts';

export type ModelStore = ReadonlyMap<DeviceModelId, DeviceModel>;

/** The models that come with Carebed. */
export const shippedModels: string = join(import.meta.dirname, 'models');

const invalid = (file: string, why: string): CarebedFailure => new CarebedFailure('device-model-invalid', `${file}: ${why}`);

const readFolder = (folder: string): { file: string; model: DeviceModelFile }[] => {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.yaml') || name.endsWith('.yml'));
  } catch (cause) {
    throw new CarebedFailure('device-model-folder', `cannot read the folder of device models ${folder}`, { cause });
  }
  return names.sort().map((name) => {
    const file = join(folder, name);
    const model = parseDeviceModel(readFileSync(file, 'utf8'), file);
    const wanted = basename(name).replace(/\.ya?ml$/, '');
    if (model.id !== wanted) throw invalid(file, `id is ${model.id}; it must be ${wanted}, as the file is named`);
    return { file, model };
  });
};

/** A base's messages and ours under one name are read together, ours first. */
const joinMessages = (own: DeviceModelFile['messages'], base: DeviceModelFile['messages']): DeviceModelFile['messages'] => {
  const joined = { ...base, ...own };
  for (const [name, ours] of Object.entries(own)) {
    const theirs = base[name];
    if (theirs !== undefined)
      joined[name] = { ...theirs, ...ours, alive: ours.alive || theirs.alive, read: [...ours.read, ...theirs.read] };
  }
  return joined;
};

const extend = (own: DeviceModelFile, base: DeviceModelFile): DeviceModelFile => ({
  ...base,
  ...own,
  battery: { ...base.battery, ...own.battery },
  faults: [...own.faults, ...base.faults],
  topics: [...own.topics, ...base.topics],
  messages: joinMessages(own.messages, base.messages),
  childMessages: joinMessages(own.childMessages, base.childMessages),
  strangers: joinMessages(own.strangers, base.strangers),
});

/**
 * Loads the shipped models and those of `folder`, if given; a model there replaces a shipped one of the same id.
 * @throws CarebedFailure `device-model-invalid` or `device-model-folder`: a house with a model that cannot be read must not open.
 */
export const loadModels = (folder?: string): ModelStore => {
  const files = new Map<string, { file: string; model: DeviceModelFile }>();
  for (const entry of [...readFolder(shippedModels), ...(folder === undefined ? [] : readFolder(folder))]) files.set(entry.model.id, entry);

  const whole = (id: string, seen: readonly string[]): DeviceModelFile => {
    const entry = files.get(id);
    if (entry === undefined) throw invalid(files.get(seen.at(-1) ?? '')?.file ?? id, `extends ${id}, which does not exist`);
    if (seen.includes(id)) throw invalid(entry.file, `extends itself: ${[...seen, id].join(' → ')}`);
    const base = entry.model.extends;
    return base === undefined ? entry.model : extend(entry.model, whole(base, [...seen, id]));
  };

  const models = new Map<DeviceModelId, DeviceModel>();
  for (const { file, model: own } of files.values()) {
    if (own.abstract) continue;
    const { extends: _, ...model } = whole(own.id, []);
    if (model.heartbeatSeconds === undefined)
      throw invalid(file, 'heartbeatSeconds is missing: say how often the device promises to be heard');
    for (const { message, topic } of model.topics) {
      const about = topic.includes('{child') || model.topics.some((entry) => entry.topic === topic && entry.childField !== undefined);
      const missing = about ? undefined : message?.find((name) => model.messages[name] === undefined);
      if (missing !== undefined) throw invalid(file, `topic ${topic} names the message ${missing}, which does not exist`);
    }
    models.set(model.id, {
      ...model,
      abstract: false,
      protocol: model.protocol ?? 'mapped',
      hub: model.hub ?? false,
      heartbeatSeconds: model.heartbeatSeconds,
      sleeps: model.sleeps ?? false,
      commands: model.commands ?? ['command/#'],
      battery: model.battery ?? {},
      retainedCalls: model.retainedCalls ?? 'take',
    });
  }
  return models;
};
