import type { Message } from "../wire/message.ts";
import type { Run, RunStatus } from "../wire/run.ts";
import type { RunStep } from "../wire/step.ts";
import type { Thread } from "../wire/thread.ts";

/** A piece of a message's content on its way; `index` says which part it continues. */
export type ContentDelta = { index: number } & (
  | { type: "text"; text: { value?: string; annotations?: object[] } }
  | { type: "refusal"; refusal: string }
  | { type: "image_file"; image_file: { file_id: string; detail: string } }
);

/** What a listener of a run is told, in the wire's own words. */
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

/** Tells of a piece of a message. */
export function messageDelta(id: string, content: ContentDelta): StreamEvent {
  return { event: "thread.message.delta", data: { id, object: "thread.message.delta", delta: { content: [content] } } };
}

/** Tells of a piece of one call of a step. */
export function callDelta(stepId: string, call: object): StreamEvent {
  const delta = { step_details: { type: "tool_calls", tool_calls: [call] } };
  return { event: "thread.run.step.delta", data: { id: stepId, object: "thread.run.step.delta", delta } };
}
