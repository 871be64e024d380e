import { createDecoder, type Decoded } from '../../broker/decode.ts';
import { checkModelFile, loadModels, type ModelStore } from '../../broker/model-store.ts';
import type { DeviceModel } from '../../broker/device-model.ts';
import { CarebedFailure } from '../../domain/failure.ts';
import { deviceIdSchema, type DeviceModelId } from '../../domain/ids.ts';
import { instant } from '../../domain/instant.ts';
import type { ModelSummary, Tried } from '../../domain/model-trial.ts';
import { isCall } from '../../domain/reading.ts';
import type { ModelDesk } from '../../domain/model-desk.ts';
import type { DeviceModelTools } from '../device-models.ts';

const itself = deviceIdSchema.parse('itself');
const child = deviceIdSchema.parse('child');

const summaryOf = (model: DeviceModel): ModelSummary => ({
  id: model.id,
  name: model.name,
  hub: model.hub,
  child: model.protocol === 'mapped' && model.topics.length === 0,
  heartbeatSeconds: model.heartbeatSeconds,
  sold: model.sold,
  connect: model.connect ?? null,
  faults: model.faults,
});

const triedOf = (decoded: Decoded): Tried => {
  switch (decoded.type) {
    case 'message': {
      const { device, facts, eventId, deviceAt } = decoded.message;
      return { type: 'facts', of: device === child ? 'child' : 'itself', facts, call: isCall(facts), eventId, deviceAt };
    }
    case 'rejection':
      return { type: 'refused', ...decoded.rejection };
    case 'waiting': {
      const { name, says, model, called } = decoded.child;
      return { type: 'waiting', name, says, model, called };
    }
    case 'ignored':
      return decoded;
  }
};

/** @param models those in force at the time of asking */
export const createModelTools = (models: () => ModelStore): DeviceModelTools => ({
  list: () => [...models().values()].map(summaryOf).sort((a, b) => (a.id < b.id ? -1 : 1)),
  try({ model, topic, payload, retain, child: childModel }) {
    const known = models();
    const need = (id: DeviceModelId | undefined): void => {
      if (id !== undefined && !known.has(id))
        throw new CarebedFailure('device-model-unknown', `model must be one of ${[...known.keys()].sort().join(', ')}`, { status: 422 });
    };
    need(model);
    need(childModel);
    const decode = createDecoder({
      models: known,
      findChild: () => (childModel === undefined ? null : child),
      modelOf: () => childModel ?? model,
    });
    return decode({
      type: 'publish',
      sender: itself,
      model,
      topic: topic.replace(/^carebed\/v1\/[^/]+\//, ''),
      payload: Buffer.from(payload),
      retain,
      duplicate: false,
      receivedAt: instant(Date.now()),
      refused: false,
    }).map(triedOf);
  },
});

/** The same without a gateway, for the command line. */
export const createModelDesk = (): ModelDesk => ({
  list: (folder) => createModelTools(() => loadModels(folder)).list(),
  try: (trial, folder) => createModelTools(() => loadModels(folder)).try(trial),
  check: (file, folder) => summaryOf(checkModelFile(file, folder)),
});
