import type { ModelSummary, ModelTrial, Tried } from '../domain/model-trial.ts';

/** What the gateway can do with device models, apart from reading messages with them. Only compose fills it. */
export interface DeviceModelTools {
  /** By id. */
  list(): readonly ModelSummary[];
  /** What a message would come to; nothing is kept. @throws CarebedFailure `device-model-unknown` */
  try(trial: ModelTrial): readonly Tried[];
}
