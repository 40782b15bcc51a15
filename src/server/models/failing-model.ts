import { ModelFailure, type Model } from "./model.ts";

/** The same model, failing in this share of rounds; `random` returns numbers from 0 to 1. */
export function failingModel(model: Model, rate: number, random: () => number): Model {
  return {
    ...model,
    async *respond(request, signal) {
      if (random() < rate)
        throw new ModelFailure("server_error", "The server had an error while processing your request.");
      yield* model.respond(request, signal);
    },
  };
}
