import type { Annotation } from "../wire/message.ts";

/** Which files the marks in a text may stand for. */
export interface MarkedFiles {
  /** By the numbers of a citation: `4:0`. */
  citations: Readonly<Record<string, string>>;
  /** By path: `/mnt/data/plot.csv`. */
  paths: Readonly<Record<string, string>>;
}

const citation = /【(\d+:\d+)†[^【】]*】/g;
const path = /sandbox:(\/mnt\/data\/[^\s()[\]<>"'`【】]+)/g;
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
  const linked = [...value.matchAll(path)].flatMap((match): Annotation[] => {
    const written = match[1] ?? "";
    const known = [written, written.replace(/[.,;:!?]+$/, "")].find((each) => paths[each] !== undefined);
    if (known === undefined) return [];
    const text = `sandbox:${known}`;
    const place = { text, start_index: match.index, end_index: match.index + text.length };
    return [{ type: "file_path", ...place, file_path: { file_id: paths[known] ?? "" } }];
  });
  return [...cited, ...linked].toSorted((one, other) => one.start_index - other.start_index);
}

function span(match: RegExpExecArray) {
  return { text: match[0], start_index: match.index, end_index: match.index + match[0].length };
}

/** How much of a growing text can be shown: what may yet become a mark is held back, so that a mark is shown whole. */
export function showable(text: string): number {
  return beginning.exec(text)?.index ?? text.length;
}
