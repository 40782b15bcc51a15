import { type RunRecord, messages, steps } from "../domain/kinds.ts";
import { inserted, replaced, type Write } from "../store/store.ts";
import type { Message } from "../wire/message.ts";
import type { Run, RunStatus } from "../wire/run.ts";
import type { RunStep } from "../wire/step.ts";
import type { Thread } from "../wire/thread.ts";
import type { RunEvent } from "./state.ts";

/** The types of the Assistants API, for the engine. */
export interface RunShape {
  record: RunRecord;
  event: RunEvent;
  change: Change;
  told: StreamEvent;
}

/** A change of a run's objects that is written and then published. A new object is `created` and in progress at once. */
export type Change =
  | { kind: "new step"; step: RunStep }
  | { kind: "step"; step: RunStep }
  | { kind: "new message"; message: Message }
  | { kind: "message"; message: Message };

/** A piece of a message's content; `index` is the part that it continues. */
export type ContentDelta = { index: number } & (
  | { type: "text"; text: { value?: string; annotations?: object[] } }
  | { type: "refusal"; refusal: string }
  | { type: "image_file"; image_file: { file_id: string; detail: string } }
);

/** An event for the listeners of a run, in wire format. */
export type StreamEvent =
  | { event: "thread.created"; data: Thread }
  | { event: `thread.run.${"created" | RunStatus}`; data: Run }
  | { event: `thread.run.step.${"created" | RunStep["status"]}`; data: RunStep }
  | { event: "thread.run.step.delta"; data: { id: string; object: "thread.run.step.delta"; delta: object } }
  | { event: `thread.message.${"created" | Message["status"]}`; data: Message }
  | {
      event: "thread.message.delta";
      data: { id: string; object: "thread.message.delta"; delta: { content: ContentDelta[] } };
    };

/** The event for a piece of a message. */
export function messageDelta(id: string, content: ContentDelta): StreamEvent {
  return { event: "thread.message.delta", data: { id, object: "thread.message.delta", delta: { content: [content] } } };
}

/** The event for a piece of a step's call. */
export function callDelta(stepId: string, call: object): StreamEvent {
  const delta = { step_details: { type: "tool_calls", tool_calls: [call] } };
  return { event: "thread.run.step.delta", data: { id: stepId, object: "thread.run.step.delta", delta } };
}

/** The write of a change. */
export function writeOf(change: Change): Write {
  switch (change.kind) {
    case "new step":
      return inserted(steps, change.step);
    case "step":
      return replaced(steps, change.step);
    case "new message":
      return inserted(messages, change.message);
    case "message":
      return replaced(messages, change.message);
  }
}

/** The events for the listeners of a change. */
export function toldOfChange(change: Change): StreamEvent[] {
  switch (change.kind) {
    case "new step":
      return [
        { event: "thread.run.step.created", data: change.step },
        { event: "thread.run.step.in_progress", data: change.step },
      ];
    case "step":
      return change.step.status === "in_progress"
        ? []
        : [{ event: `thread.run.step.${change.step.status}`, data: change.step }];
    case "new message":
      return [
        { event: "thread.message.created", data: change.message },
        { event: "thread.message.in_progress", data: change.message },
      ];
    case "message":
      return [{ event: `thread.message.${change.message.status}`, data: change.message }];
  }
}
