import { ModelFailure } from "../models/model.ts";
import type { RunError } from "../wire/run.ts";

/** Why a run is stopped from outside. */
export type Stop = { kind: "cancel" } | { kind: "expire" } | { kind: "release" } | { kind: "fail"; error: RunError };

/** A Stop as the reason of an AbortSignal. */
export class Stopped extends Error {
  readonly stop: Stop;

  constructor(stop: Stop) {
    super(stop.kind);
    this.stop = stop;
  }
}

/** How an error ends its run; `fault` is true for an internal error. */
export function stopFor(error: unknown): { stop: Stop; fault: boolean } {
  if (error instanceof Stopped) return { stop: error.stop, fault: false };
  if (error instanceof ModelFailure) {
    const { code, message } = error;
    return { stop: { kind: "fail", error: { code, message } }, fault: false };
  }
  const message = "The server had an error while processing the run.";
  return { stop: { kind: "fail", error: { code: "server_error", message } }, fault: true };
}
