import type { Annotation, Attachment, ContentPart, IncompleteReason, Message } from "../wire/message.ts";
import type { Run, RunError, Usage } from "../wire/run.ts";
import type { RunStep, StepDetails } from "../wire/step.ts";
import type { Journal } from "../engine/journal.ts";
import { annotationsOf, showable, type MarkedFiles } from "../engine/marks.ts";
import type { Stop } from "../engine/stop.ts";
import { type Services, seconds } from "../services.ts";
import { type RunRecord, sandboxFiles } from "../domain/kinds.ts";
import { type Change, type ContentDelta, type RunShape, messageDelta } from "./changes.ts";

/** How a step ends. */
export type StepEnd =
  | { status: "completed"; usage: Usage | null }
  | { status: "failed"; error: RunError }
  | { status: "cancelled" | "expired" };

/** How the open objects of a stopped run end: the reason for its message, and the end of its step. */
export function endOf(stop: Exclude<Stop, { kind: "release" }>): { reason: IncompleteReason; end: StepEnd } {
  switch (stop.kind) {
    case "cancel":
      return { reason: "run_cancelled", end: { status: "cancelled" } };
    case "expire":
      return { reason: "run_expired", end: { status: "expired" } };
    case "fail":
      return { reason: "run_failed", end: { status: "failed", error: stop.error } };
  }
}

/** A step that begins at `now` in seconds. */
export function newStep(id: string, run: Run, now: number, details: StepDetails): RunStep {
  return {
    id,
    object: "thread.run.step",
    created_at: now,
    run_id: run.id,
    assistant_id: run.assistant_id,
    thread_id: run.thread_id,
    type: details.type,
    status: "in_progress",
    cancelled_at: null,
    completed_at: null,
    expired_at: null,
    failed_at: null,
    last_error: null,
    step_details: details,
    usage: null,
    metadata: {},
  };
}

/** The step, ended at `now` in seconds. */
export function endStep(step: RunStep, end: StepEnd, now: number): RunStep {
  const ended = { ...step, status: end.status, [`${end.status}_at`]: now };
  if (end.status === "completed") return { ...ended, usage: end.usage };
  if (end.status === "failed") return { ...ended, last_error: end.error };
  return ended;
}

/** An assistant's message that begins at `now` in seconds. */
export function newMessage(id: string, run: Run, now: number): Message {
  return {
    id,
    object: "thread.message",
    created_at: now,
    thread_id: run.thread_id,
    status: "in_progress",
    incomplete_details: null,
    completed_at: null,
    incomplete_at: null,
    role: "assistant",
    content: [],
    assistant_id: run.assistant_id,
    run_id: run.id,
    attachments: [],
    metadata: {},
  };
}

/** The message, ended at `now` in seconds; completed when there is no reason for an early end. */
export function endMessage(message: Message, reason: IncompleteReason | null, now: number): Message {
  if (reason === null) return { ...message, status: "completed", completed_at: now };
  return { ...message, status: "incomplete", incomplete_details: { reason }, incomplete_at: now };
}

/** An open message and its step: published piece by piece, stored when it begins and when it ends. */
export interface MessageWriter {
  text(delta: string): void;
  refusal(delta: string): void;
  /** The changes that end the message and its step. */
  end(reason: IncompleteReason | null, step: StepEnd): Change[];
}

/** Begins a message and its step; it starts with the images that tools created. Rejects like `Journal.move`. */
export async function beginMessage(
  services: Pick<Services, "clock" | "ids" | "store">,
  journal: Journal<RunShape>,
  record: RunRecord,
): Promise<MessageWriter> {
  const { clock, ids } = services;
  const files = await markedFiles(services, record);
  const runId = record.id;
  const now = seconds(clock);
  const message = newMessage(ids("msg_"), record.run, now);
  const step = newStep(ids("step_"), record.run, now, {
    type: "message_creation",
    message_creation: { message_id: message.id },
  });
  const content: ContentPart[] = [];
  let held = "";

  const tell = (delta: ContentDelta): void => journal.tell(runId, messageDelta(message.id, delta));
  const marked = Object.keys(files.citations).length > 0 || Object.keys(files.paths).length > 0;

  /** Adds text that is safe to show, to the last part when that is text. */
  function show(value: string): void {
    if (value === "") return;
    const last = content.at(-1);
    if (last?.type !== "text") {
      const annotations = annotationsOf(value, files);
      content.push({ type: "text", text: { value, annotations } });
      tell({ index: content.length - 1, type: "text", text: { value, annotations: indexed(annotations, 0) } });
      return;
    }
    const before = last.text.annotations.length;
    const start = last.text.value.length;
    last.text.value += value;
    const found = annotationsOf(value, files).map((annotation) => shifted(annotation, start));
    last.text.annotations.push(...found);
    tell({
      index: content.length - 1,
      type: "text",
      text: { value, ...(found.length > 0 && { annotations: indexed(found, before) }) },
    });
  }

  const begun: Change[] = [
    { kind: "new step", step },
    { kind: "new message", message },
  ];
  const shown = record.images.length === 0 ? null : { images: [] };
  await journal.move(runId, (current) => ({ changes: begun, ...(shown && { record: { ...current, ...shown } }) }));
  for (const fileId of record.images) {
    const part = { type: "image_file", image_file: { file_id: fileId, detail: "auto" } } as const;
    content.push(part);
    tell({ index: content.length - 1, ...part });
  }

  return {
    text(delta) {
      held += delta;
      const length = marked ? showable(held, files) : held.length;
      show(held.slice(0, length));
      held = held.slice(length);
    },
    refusal(delta) {
      show(held);
      held = "";
      const last = content.at(-1);
      if (last?.type === "refusal") last.refusal += delta;
      else content.push({ type: "refusal", refusal: delta });
      tell({ index: content.length - 1, type: "refusal", refusal: delta });
    },
    end(reason, stepEnd) {
      show(held);
      held = "";
      if (content.length === 0 && reason === null) {
        content.push({ type: "text", text: { value: "", annotations: [] } });
        tell({ index: 0, type: "text", text: { value: "", annotations: [] } });
      }
      const at = seconds(clock);
      const said: Message = { ...message, content, attachments: attachmentsOf(content) };
      return [
        { kind: "message", message: endMessage(said, reason, at) },
        { kind: "step", step: endStep(step, stepEnd, at) },
      ];
    },
  };
}

/** The files that marks in the run's messages may refer to. */
async function markedFiles({ store }: Pick<Services, "store">, { run, citations }: RunRecord): Promise<MarkedFiles> {
  const runsCode = run.tools.some(({ type }) => type === "code_interpreter");
  const written = runsCode ? await store.all(sandboxFiles, { parent: run.thread_id }) : [];
  return { citations, paths: Object.fromEntries(written.map((file) => [file.path, file.file_id])) };
}

/** Annotations as in deltas: each with its index in the list. */
function indexed(annotations: Annotation[], from: number): object[] {
  return annotations.map((annotation, offset) => ({ index: from + offset, ...annotation }));
}

function shifted(annotation: Annotation, by: number): Annotation {
  return { ...annotation, start_index: annotation.start_index + by, end_index: annotation.end_index + by };
}

/** The attachments for the files that a message links to, as in the original. */
function attachmentsOf(content: ContentPart[]): Attachment[] {
  const annotations = content.flatMap((part) => (part.type === "text" ? part.text.annotations : []));
  const linked = annotations.flatMap((each) => (each.type === "file_path" ? [each.file_path.file_id] : []));
  return [...new Set(linked)].map((fileId) => ({ file_id: fileId, tools: [{ type: "code_interpreter" }] }));
}
