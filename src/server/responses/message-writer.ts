import { annotationsOf, showable, type MarkedFiles } from "../engine/marks.ts";
import type { ItemAnnotation, OutputMessage, OutputPart, Phase } from "../wire/item.ts";
import type { Annotation } from "../wire/message.ts";

/** Publishes an event of the response, which gets the next number. */
export type Tell = (type: string, fields: Record<string, unknown>) => void;

/** The files that the marks in a text stand for, and the details for citations of container files. */
export interface CitedFiles extends MarkedFiles {
  containerId: string | null;
  /** By file id. */
  filenames: Readonly<Record<string, string>>;
  /** Images in the container that no text refers to. */
  drawn: readonly string[];
}

/** A message in progress, published piece by piece. */
export interface MessageWriter {
  text(delta: string): void;
  refusal(delta: string): void;
  /** Ends it, and returns the complete message. With `isCommentary`, it turned out not to be the answer. */
  end(isCommentary: boolean): OutputMessage;
}

/**
 * Starts a message. A citation mark is removed from the text, and an annotation gives its place; a link to a container's file stays, with an annotation
 * over it.
 */
export function beginMessage(
  tell: Tell,
  { id, index, phase }: { id: string; index: number; phase: Phase | undefined },
  files: CitedFiles,
): MessageWriter {
  const content: OutputPart[] = [];
  const message = (status: OutputMessage["status"], phased = phase): OutputMessage => ({
    id,
    type: "message",
    status,
    content: status === "in_progress" ? [] : content,
    ...(phased !== undefined && { phase: phased }),
    role: "assistant",
  });
  const at = () => ({ item_id: id, output_index: index, content_index: content.length - 1 });
  let held = "";

  const endPart = (): void => {
    const part = content.at(-1);
    if (!part) return;
    if (part.type === "refusal") tell("response.refusal.done", { ...at(), refusal: part.refusal });
    else tell("response.output_text.done", { ...at(), text: part.text, logprobs: [] });
    tell("response.content_part.done", { ...at(), part: structuredClone(part) });
  };
  const textPart = (): Extract<OutputPart, { type: "output_text" }> => {
    const last = content.at(-1);
    if (last?.type === "output_text") return last;
    endPart();
    const part = { type: "output_text" as const, annotations: [], logprobs: [], text: "" };
    content.push(part);
    tell("response.content_part.added", { ...at(), part: structuredClone(part) });
    return part;
  };
  const refusalPart = (): Extract<OutputPart, { type: "refusal" }> => {
    const last = content.at(-1);
    if (last?.type === "refusal") return last;
    endPart();
    const part = { type: "refusal" as const, refusal: "" };
    content.push(part);
    tell("response.content_part.added", { ...at(), part: { ...part } });
    return part;
  };
  const add = (value: string): void => {
    if (value === "") return;
    textPart().text += value;
    tell("response.output_text.delta", { ...at(), delta: value, logprobs: [] });
  };
  const annotate = (annotation: ItemAnnotation): void => {
    const part = textPart();
    part.annotations.push(annotation);
    tell("response.output_text.annotation.added", {
      ...at(),
      annotation_index: part.annotations.length - 1,
      annotation,
    });
  };

  /** Adds text that is safe to show: every mark in it is complete. */
  function show(value: string): void {
    let from = 0;
    for (const mark of annotationsOf(value, files)) {
      if (mark.type === "file_citation") {
        add(value.slice(from, mark.start_index));
        annotate(citation(mark, textPart().text.length, files));
      } else {
        add(value.slice(from, mark.end_index));
        annotate(containerCitation(mark, textPart().text.length, files));
      }
      from = mark.end_index;
    }
    add(value.slice(from));
  }

  tell("response.output_item.added", { output_index: index, item: message("in_progress") });
  return {
    text(delta) {
      held += delta;
      const length = showable(held, files);
      show(held.slice(0, length));
      held = held.slice(length);
    },
    refusal(delta) {
      show(held);
      held = "";
      refusalPart().refusal += delta;
      tell("response.refusal.delta", { ...at(), delta });
    },
    end(isCommentary) {
      show(held);
      held = "";
      if (content.length === 0) textPart();
      for (const fileId of files.drawn) if (content.at(-1)?.type === "output_text") annotate(drawing(fileId, files));
      endPart();
      const whole = message("completed", isCommentary ? (phase ?? "commentary") : phase);
      tell("response.output_item.done", { output_index: index, item: structuredClone(whole) });
      return whole;
    },
  };
}

type Mark<T> = Extract<Annotation, { type: T }>;

function citation({ file_citation: { file_id: fileId } }: Mark<"file_citation">, index: number, files: CitedFiles) {
  return { type: "file_citation", file_id: fileId, filename: files.filenames[fileId] ?? "", index } as const;
}

function containerCitation(
  { text, file_path: { file_id: fileId } }: Mark<"file_path">,
  end: number,
  files: CitedFiles,
) {
  return {
    type: "container_file_citation",
    container_id: files.containerId ?? "",
    end_index: end,
    file_id: containerFileId(fileId),
    filename: text.slice(text.lastIndexOf("/") + 1),
    start_index: end - text.length,
  } as const;
}

/** Images without a link get an empty range at the beginning of the text. */
function drawing(fileId: string, files: CitedFiles) {
  return {
    type: "container_file_citation",
    container_id: files.containerId ?? "",
    end_index: 0,
    file_id: containerFileId(fileId),
    filename: files.filenames[fileId] ?? `${containerFileId(fileId)}.png`,
    start_index: 0,
  } as const;
}

/** The id of a stored file as a file of a container. */
export function containerFileId(fileId: string): string {
  return fileId.replace(/^file-/, "cfile_");
}
