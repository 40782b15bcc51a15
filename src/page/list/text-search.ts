import { useEffect, useMemo, useState } from "preact/hooks";
import type { FoundTexts } from "../../page-data/filter.ts";
import type { IndexRow } from "../../page-data/index-row.ts";
import type { Term } from "../../page-data/query.ts";
import type { Source } from "../source.ts";

/** A search through the complete content of scenarios, which takes a while. */
export interface TextSearch {
  found: FoundTexts;
  /** The number of scenarios searched so far; `null` when there is nothing to search for. */
  searched: number | null;
  isDone: boolean;
  cancel(this: void): void;
}

interface Progress {
  found: FoundTexts;
  searched: number;
  isDone: boolean;
}

const nothing: Progress = { found: new Map(), searched: 0, isDone: true };
/** The time in milliseconds after which the page is redrawn, so that it never seems to hang. */
const slice = 50;

/** Searches for the texts of a query, one scenario after another, and returns what was found so far. */
export function useTextSearch(source: Source, rows: readonly IndexRow[], terms: readonly Term[]): TextSearch {
  const wanted = JSON.stringify([
    ...new Set(terms.flatMap((term) => (term.kind === "field" && term.field === "text" ? [term.value] : []))),
  ]);
  const [progress, setProgress] = useState(nothing);
  const [cancelled, setCancelled] = useState("");
  useEffect(() => {
    const texts = JSON.parse(wanted) as string[];
    if (texts.length === 0 || cancelled === wanted) return;
    let isWanted = true;
    void searchAll(source, rows, texts, (now) => {
      if (isWanted) setProgress(now);
      return isWanted;
    });
    return () => {
      isWanted = false;
    };
  }, [source, rows, wanted, cancelled]);
  return useMemo(() => {
    const isIdle = wanted === "[]";
    const isStopped = cancelled === wanted;
    return {
      found: isIdle ? nothing.found : progress.found,
      searched: isIdle ? null : progress.searched,
      isDone: isIdle || isStopped || progress.isDone,
      cancel: () => setCancelled(wanted),
    };
  }, [progress, wanted, cancelled]);
}

/** Reports from time to time what was found; stops when the callback requests it. */
async function searchAll(
  source: Source,
  rows: readonly IndexRow[],
  texts: readonly string[],
  tell: (progress: Progress) => boolean,
): Promise<void> {
  const found = new Map(texts.map((text) => [text, new Set<string>()]));
  let searched = 0;
  let told = performance.now();
  if (!tell({ found, searched, isDone: false })) return;
  for (const { id } of rows) {
    // The texts as people read them, without JSON escapes.
    const content = textsOf(await source.scenario(id).catch(() => null));
    for (const [text, ids] of found) if (content.includes(text.toLowerCase())) ids.add(id);
    searched += 1;
    if (performance.now() - told < slice) continue;
    told = performance.now();
    if (!tell({ found: new Map(found), searched, isDone: false })) return;
    await new Promise((resolve) => setTimeout(resolve));
  }
  tell({ found: new Map(found), searched, isDone: true });
}

/** All texts in a JSON value, in lower case, one per line. */
function textsOf(value: unknown): string {
  const texts: string[] = [];
  const collect = (part: unknown): void => {
    if (typeof part === "string") texts.push(part);
    else if (typeof part === "number") texts.push(String(part));
    else if (typeof part === "object" && part !== null) Object.values(part).forEach(collect);
  };
  collect(value);
  return texts.join("\n").toLowerCase();
}
