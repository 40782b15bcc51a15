import { ModelFailure } from "../models/model.ts";
import { seconds, type Services } from "../services.ts";
import type { IncompleteReason } from "../wire/message.ts";
import type { RunError } from "../wire/run.ts";
import { endingOfStored, type AssistantsProjection } from "./assistants-projection.ts";
import type { Journal } from "./journal.ts";
import type { StepEnd } from "./objects.ts";
import { isOver, type RunEvent } from "./state.ts";
import type { RunRecord } from "../domain/kinds.ts";

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

/**
 * Brings a run to the end that what stopped it asks for, along with everything that is still open of it: by `projection` of who carries it out, or
 * as the store has it. A run that is let go waits again unless something of it was already shown.
 */
export async function endRun(
  { clock }: Pick<Services, "clock">,
  journal: Journal,
  projection: AssistantsProjection | null,
  runId: string,
  stop: Stop,
): Promise<void> {
  await journal.decide(runId, async (record, store) => {
    if (isOver(record.run)) return null;
    if (stop.kind === "release") {
      const waitsAgain = record.run.status === "in_progress" && projection?.isOpen() !== true;
      return waitsAgain ? { events: [{ kind: "requeue" }] } : null;
    }
    const { event, reason, end } = endingFor(record.run.status === "cancelling" ? { kind: "cancel" } : stop, record);
    const changes =
      projection?.isOpen() === true
        ? projection.ending(reason, end)
        : await endingOfStored(store, record, seconds(clock), reason, end);
    return { events: [event], changes };
  });
}

function endingFor(
  stop: Exclude<Stop, { kind: "release" }>,
  { usage }: RunRecord,
): { event: RunEvent; reason: IncompleteReason; end: StepEnd } {
  switch (stop.kind) {
    case "cancel":
      return { event: { kind: "cancelled", usage }, reason: "run_cancelled", end: { status: "cancelled" } };
    case "expire":
      return { event: { kind: "expire", usage }, reason: "run_expired", end: { status: "expired" } };
    case "fail":
      return {
        event: { kind: "fail", error: stop.error, usage },
        reason: "run_failed",
        end: { status: "failed", error: stop.error },
      };
  }
}

/** What an error means for the run that it ended; `fault` when it is nobody's but ours. */
export function stopFor(error: unknown): { stop: Stop; fault: boolean } {
  if (error instanceof Stopped) return { stop: error.stop, fault: false };
  if (error instanceof ModelFailure) {
    const { code, message } = error;
    return { stop: { kind: "fail", error: { code, message } }, fault: false };
  }
  const message = "The server had an error while it carried out the run.";
  return { stop: { kind: "fail", error: { code: "server_error", message } }, fault: true };
}
