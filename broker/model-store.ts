import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CarebedFailure } from '../domain/failure.ts';
import type { DeviceModelId } from '../domain/ids.ts';
import { type Duration, seconds } from '../domain/instant.ts';
import { type DeviceModel, type DeviceModelFile, parseDeviceModel } from './device-model.ts';

export type ModelStore = ReadonlyMap<DeviceModelId, DeviceModel>;

/** The models that come with Carebed. */
export const shippedModels: string = join(import.meta.dirname, 'models');

const invalid = (file: string, why: string): CarebedFailure => new CarebedFailure('device-model-invalid', `${file}: ${why}`);

interface ModelFile {
  readonly file: string;
  readonly model: DeviceModelFile;
}

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml') || name.endsWith('.yml'))
      .sort();
  } catch (cause) {
    throw new CarebedFailure('device-model-folder', `cannot read the folder of device models ${folder}`, { cause });
  }
};

const readFile = (file: string): ModelFile => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CarebedFailure('device-model-folder', `cannot read ${file}`, { cause });
  }
  const model = parseDeviceModel(text, file);
  const wanted = basename(file).replace(/\.ya?ml$/, '');
  if (model.id !== wanted) throw invalid(file, `id is ${model.id}; it must be ${wanted}, as the file is named`);
  return { file, model };
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

/** Puts the files together, a house's own before a shipped one of the same id. @throws CarebedFailure `device-model-invalid` */
const compose = (entries: Iterable<ModelFile>): ModelStore => {
  const files = new Map<string, ModelFile>();
  for (const entry of entries) files.set(entry.model.id, entry);

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

/**
 * Loads the shipped models and those of `folder`, if given; a model there replaces a shipped one of the same id.
 * @throws CarebedFailure `device-model-invalid` or `device-model-folder`: a house with a model that cannot be read must not open.
 */
export const loadModels = (folder?: string): ModelStore => createModelLoader(folder).models();

/** Checks one file as if it stood in the folder of the house's own models. @throws CarebedFailure `device-model-invalid`, `device-model-folder` */
export const checkModelFile = (file: string, folder?: string): DeviceModel => {
  const entry = readFile(file);
  const own = folder === undefined ? [] : namesIn(folder).map((name) => readFile(join(folder, name)));
  const model = compose([...shippedFiles(), ...own, entry]).get(entry.model.id);
  if (model === undefined) throw invalid(file, 'is abstract: only there to be extended');
  return model;
};

const shippedFiles = (): ModelFile[] => namesIn(shippedModels).map((name) => readFile(join(shippedModels, name)));

/**
 * The models of a house that runs. The first look is strict; `reload` looks again and never makes anything worse: a file that cannot be read
 * keeps the model it had, one that is gone keeps it until the next start, and what would not fit together changes nothing.
 * @throws CarebedFailure at the first look, as {@link loadModels}
 */
export const createModelLoader = (folder?: string) => {
  const shipped = shippedFiles();
  let own = new Map<string, ModelFile>();
  for (const name of folder === undefined ? [] : namesIn(folder)) own.set(name, readFile(join(folder ?? '', name)));
  let models = compose([...shipped, ...own.values()]);

  return {
    models: (): ModelStore => models,
    /** What is wrong in the folder now, one text a fault; none when everything there is in force. */
    reload(): readonly string[] {
      const faults: string[] = [];
      const read = new Map<string, ModelFile>();
      try {
        for (const name of folder === undefined ? [] : namesIn(folder)) {
          try {
            read.set(name, readFile(join(folder ?? '', name)));
          } catch (error) {
            faults.push(textOf(error));
            const before = own.get(name);
            if (before !== undefined) read.set(name, before);
          }
        }
        for (const [name, entry] of own) {
          if (read.has(name)) continue;
          faults.push(`${entry.file} is gone; its model stays in force until the next start`);
          read.set(name, entry);
        }
        models = compose([...shipped, ...read.values()]);
        own = read;
      } catch (error) {
        faults.push(textOf(error));
      }
      return faults;
    },
  };
};

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** For how long after a press a model's device may still say the same one; null when it does not repeat itself, or is not known. */
export const repeatsOf = (models: ModelStore, model: DeviceModelId | null): Duration | null => {
  const promised = model === null ? undefined : models.get(model)?.repeatsWithinSeconds;
  return promised === undefined ? null : seconds(promised);
};
