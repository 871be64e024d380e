import type { ModelSummary, ModelTrial, Tried } from './model-trial.ts';

/** Device models without a gateway. `folder`: a house's own models beside the shipped ones. Each throws CarebedFailure with what is wrong where. */
export interface ModelDesk {
  list(folder?: string): readonly ModelSummary[];
  try(trial: ModelTrial, folder?: string): readonly Tried[];
  check(file: string, folder?: string): ModelSummary;
}
