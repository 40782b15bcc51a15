import { seconds, type Services } from "../services.ts";
import { messages, type IncompleteReason } from "../wire/message.ts";
import type { RunRecord } from "../wire/run.ts";
import { steps } from "../wire/step.ts";
import type { CallSheet } from "./calls.ts";
import { endMessage, endStep, type StepEnd } from "./closing.ts";
import type { Change } from "./journal.ts";
import type { Speech } from "./speech.ts";

/** What is being told of a run right now: at most one of the two. */
export interface Stage {
  speech: Speech | null;
  sheet: CallSheet | null;
}

/** The changes that end what is on the stage; the stage itself is left as it is until they are written. */
export function endingOf({ speech, sheet }: Stage, reason: IncompleteReason | null, end: StepEnd): Change[] {
  return speech?.end(reason, end) ?? sheet?.end(end) ?? [];
}

/** Takes everything off the stage. */
export function clear(stage: Stage): void {
  stage.speech = null;
  stage.sheet = null;
}

/** The changes that end what the store still holds open of a run, when nobody tells it any more. */
export function endingOfStored(
  { store, clock }: Pick<Services, "store" | "clock">,
  { id, run }: RunRecord,
  reason: IncompleteReason,
  end: StepEnd,
): Change[] {
  const now = seconds(clock);
  const open = store
    .all(messages, { parent: run.thread_id, tags: [id] })
    .filter(({ status }) => status === "in_progress");
  return [
    ...open.map((message): Change => ({ kind: "message", message: endMessage(message, reason, now) })),
    ...store
      .all(steps, { parent: id, tags: ["in_progress"] })
      .map((step): Change => ({ kind: "step", step: endStep(step, end, now) })),
  ];
}
