import type { Annotation } from "../wire/message.ts";

/** The files that marks in a text may refer to. */
export interface MarkedFiles {
  /** By the numbers of a citation: `4:0`. */
  citations: Readonly<Record<string, string>>;
  /** By path: `/mnt/data/plot.csv`. */
  paths: Readonly<Record<string, string>>;
}

const citation = /【(\d+:\d+)†[^【】]*】/g;
const link = /sandbox:(?=\/mnt\/data\/)/g;
/** What may follow a path in a text; anything else is part of a name. */
const afterPath = /^[.,;:!?]*(?:[\s()[\]<>"'`【】]|$)/;
const inName = /^[^\s()[\]<>"'`【】]*$/;
/** Text that may still become a mark when more text follows. Citations are never longer than this. */
const beginning = /(【[^】]{0,100}|s|sa|san|sand|sandb|sandbo|sandbox|sandbox:[^\s()[\]<>"'`【】]*)$/;

/**
 * The marks of a text that refer to files, in order. Indexes count UTF-16 units, so `value.slice(start, end)` is the mark.
 * Marks without a file stay text.
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

/** The length of a growing text that can be shown: text that may still become a mark is held back, so that a mark is shown complete. */
export function showable(text: string, { paths }: MarkedFiles): number {
  const known = Object.keys(paths);
  return [...text.matchAll(link)].reduceRight(
    (shown, { 0: start, index }) =>
      index < shown && isOpen(text.slice(index + start.length, shown), known) ? index : shown,
    beginning.exec(text)?.index ?? text.length,
  );
}

/** True when more text may still turn it into another path; file names may contain spaces and brackets. */
function isOpen(written: string, paths: readonly string[]): boolean {
  return paths.some(
    (path) => path.startsWith(written) || (written.startsWith(path) && inName.test(written.slice(path.length))),
  );
}
