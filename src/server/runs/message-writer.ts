import { seconds, type Services } from "../services.ts";
import type { Annotation, Attachment, ContentPart, IncompleteReason, Message } from "../wire/message.ts";
import { messageDelta, type ContentDelta } from "./events.ts";
import type { Change, Journal } from "./journal.ts";
import { annotationsOf, showable, type MarkedFiles } from "./marks.ts";
import { endMessage, endStep, newMessage, newStep, type StepEnd } from "./objects.ts";
import { sandboxFiles, type RunRecord } from "../domain/kinds.ts";

/** A message on its way, and its step: told piece by piece, stored when it begins and when it ends. */
export interface MessageWriter {
  text(delta: string): void;
  refusal(delta: string): void;
  /** The changes that end the message and its step. */
  end(reason: IncompleteReason | null, step: StepEnd): Change[];
}

/** Begins a message and its step; images that tools made come first in it. Rejects like `Journal.move`. */
export async function beginMessage(
  services: Pick<Services, "clock" | "ids" | "store">,
  journal: Journal,
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

/** What marks in the run's messages may stand for. */
async function markedFiles({ store }: Pick<Services, "store">, { run, citations }: RunRecord): Promise<MarkedFiles> {
  const runsCode = run.tools.some(({ type }) => type === "code_interpreter");
  const written = runsCode ? await store.all(sandboxFiles, { parent: run.thread_id }) : [];
  return { citations, paths: Object.fromEntries(written.map((file) => [file.path, file.file_id])) };
}

/** As deltas carry them: each with its place in the list. */
function indexed(annotations: Annotation[], from: number): object[] {
  return annotations.map((annotation, offset) => ({ index: from + offset, ...annotation }));
}

function shifted(annotation: Annotation, by: number): Annotation {
  return { ...annotation, start_index: annotation.start_index + by, end_index: annotation.end_index + by };
}

/** The files that a message links to, as the original attaches them. */
function attachmentsOf(content: ContentPart[]): Attachment[] {
  const annotations = content.flatMap((part) => (part.type === "text" ? part.text.annotations : []));
  const linked = annotations.flatMap((each) => (each.type === "file_path" ? [each.file_path.file_id] : []));
  return [...new Set(linked)].map((fileId) => ({ file_id: fileId, tools: [{ type: "code_interpreter" }] }));
}
