import { type Services, seconds } from "../services.ts";
import type { Annotation, Attachment, ContentPart, IncompleteReason, Message } from "../wire/message.ts";
import type { Change, Journal } from "./journal.ts";
import { type StepEnd, endMessage, endStep, newMessage, newStep } from "./objects.ts";
import { type RunRecord, sandboxFiles } from "../domain/kinds.ts";
import { type ContentDelta, messageDelta } from "./bus.ts";

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

/** Which files the marks in a text may stand for. */
export interface MarkedFiles {
  /** By the numbers of a citation: `4:0`. */
  citations: Readonly<Record<string, string>>;
  /** By path: `/mnt/data/plot.csv`. */
  paths: Readonly<Record<string, string>>;
}

const citation = /【(\d+:\d+)†[^【】]*】/g;
const link = /sandbox:(?=\/mnt\/data\/)/g;
/** What may follow a path in a text; anything else would still be part of a name. */
const afterPath = /^[.,;:!?]*(?:[\s()[\]<>"'`【】]|$)/;
const inName = /^[^\s()[\]<>"'`【】]*$/;
/** What may still become a mark when more text comes. A citation longer than this is none. */
const beginning = /(【[^】]{0,100}|s|sa|san|sand|sandb|sandbo|sandbox|sandbox:[^\s()[\]<>"'`【】]*)$/;

/**
 * The marks of a text that stand for files, in order. Indexes count UTF-16 units, so `value.slice(start, end)` is the mark.
 * Marks that stand for nothing stay text.
 */
export function annotationsOf(value: string, { citations, paths }: MarkedFiles): Annotation[] {
  const cited = [...value.matchAll(citation)].flatMap((match): Annotation[] => {
    const fileId = citations[match[1] ?? ""];
    return fileId === undefined ? [] : [{ type: "file_citation", ...span(match), file_citation: { file_id: fileId } }];
  });
  const longestFirst = Object.keys(paths).toSorted((one, other) => other.length - one.length);
  const linked = [...value.matchAll(link)].flatMap((match): Annotation[] => {
    const rest = value.slice(match.index + match[0].length);
    const path = longestFirst.find((each) => rest.startsWith(each) && afterPath.test(rest.slice(each.length)));
    const fileId = path === undefined ? undefined : paths[path];
    if (fileId === undefined) return [];
    const text = `${match[0]}${path}`;
    const place = { text, start_index: match.index, end_index: match.index + text.length };
    return [{ type: "file_path", ...place, file_path: { file_id: fileId } }];
  });
  return [...cited, ...linked].toSorted((one, other) => one.start_index - other.start_index);
}

function span(match: RegExpExecArray) {
  return { text: match[0], start_index: match.index, end_index: match.index + match[0].length };
}

/** How much of a growing text can be shown: what may yet become a mark is held back, so that a mark is shown whole. */
export function showable(text: string, { paths }: MarkedFiles): number {
  const known = Object.keys(paths);
  return [...text.matchAll(link)].reduceRight(
    (shown, { 0: start, index }) =>
      index < shown && isOpen(text.slice(index + start.length, shown), known) ? index : shown,
    beginning.exec(text)?.index ?? text.length,
  );
}

/** Whether more text may still make another path of it; the names of files may hold spaces and brackets. */
function isOpen(written: string, paths: readonly string[]): boolean {
  return paths.some(
    (path) => path.startsWith(written) || (written.startsWith(path) && inName.test(written.slice(path.length))),
  );
}
