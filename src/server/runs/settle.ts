import { ModelFailure } from "../models/model.ts";
import type { Services } from "../services.ts";
import type { IncompleteReason } from "../wire/message.ts";
import type { RunError, RunRecord } from "../wire/run.ts";
import type { StepEnd } from "./closing.ts";
import type { Change, Journal } from "./journal.ts";
import { clear, endingOf, endingOfStored, type Stage } from "./stage.ts";
import { isOver, type RunEvent } from "./state.ts";

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

/** Brings a run to the end that what stopped it asks for, along with everything that is still open of it. */
export function settle(
  { services, journal, stage }: { services: Services; journal: Journal; stage: Stage },
  runId: string,
  stop: Stop,
): void {
  const record = journal.read(runId);
  if (isOver(record.run)) return;
  const cancelling = record.run.status === "cancelling";
  if (stop.kind === "release") {
    if (record.run.status === "in_progress" && !stage.speech && !stage.sheet)
      journal.move(runId, [], { kind: "requeue" });
    return;
  }
  const { event, reason, end } = endingFor(cancelling ? { kind: "cancel" } : stop, record);
  const changes: Change[] =
    stage.speech || stage.sheet ? endingOf(stage, reason, end) : endingOfStored(services, record, reason, end);
  journal.move(runId, changes, event);
  clear(stage);
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

/** What an error that ended the play means for the run; `fault` when it is nobody's but ours. */
export function stopFor(error: unknown): { stop: Stop; fault: boolean } {
  if (error instanceof Stopped) return { stop: error.stop, fault: false };
  if (error instanceof ModelFailure) {
    const { code, message } = error;
    return { stop: { kind: "fail", error: { code, message } }, fault: false };
  }
  const message = "The server had an error while it carried out the run.";
  return { stop: { kind: "fail", error: { code: "server_error", message } }, fault: true };
}
