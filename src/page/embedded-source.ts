import { type FileIndex, type IndexRow, type Span, fromColumns } from "../page-data/index-row.ts";
import { blocks, decodeBytes, decodeChunk } from "../page-data/pack.ts";
import { type RunHead, reportFormat } from "../page-data/run-head.ts";
import type { ScenarioPage } from "../page-data/scenario-page.ts";
import type { Source } from "./source.ts";

/** The reason why a report cannot be shown. */
export interface Refused {
  reason: string;
}

/** The number of opened scenarios that stay decoded in memory. */
const kept = 30;

/** Reads the data blocks of a report file, and removes them from the document. */
export async function openEmbedded(document: Document): Promise<Source | Refused> {
  const [head, index, pack] = [blocks.head, blocks.index, blocks.pack].map((id) => takeText(document, id));
  if (head === undefined || index === undefined || pack === undefined) {
    return { reason: "This file is truncated: its data is missing. Create the report again." };
  }
  try {
    const run = await decodeChunk<RunHead>(head);
    if (run.format_version > reportFormat) {
      return {
        reason: `The data has format ${run.format_version}, but this page reads format ${reportFormat}: use the page of Playbill ${run.playbill}.`,
      };
    }
    return sourceOf(run, await decodeChunk<FileIndex>(index), pack);
  } catch (error) {
    return { reason: `The data of this file is damaged (${String(error)}). Create the report again.` };
  }
}

function takeText(document: Document, id: string): string | undefined {
  const element = document.querySelector(`#${id}`);
  element?.remove();
  return element?.textContent.trim();
}

function sourceOf(head: RunHead, index: FileIndex, pack: string): Source {
  const rows = fromColumns(index.rows);
  const spans = new Map(rows.map(({ id }: IndexRow, at): [string, Span] => [id, spanAt(index.pages, at)]));
  const then = index.earlier;
  const statuses = new Map(then?.id.map((id, at) => [id, then.status[at] ?? "not_run"]));
  const opened = new Map<string, Promise<ScenarioPage>>();
  const chunk = ({ start, length }: Span) => pack.slice(start, start + length);
  return {
    head: () => head,
    rows: () => rows,
    scenario(id) {
      const span = spans.get(id);
      if (span === undefined) return Promise.reject(new Error(`there is no scenario ${id}`));
      const page = opened.get(id) ?? decodeChunk<ScenarioPage>(chunk(span));
      // The least recently used scenario is evicted first.
      opened.delete(id);
      opened.set(id, page);
      const [oldest] = opened.keys();
      if (opened.size > kept && oldest !== undefined) opened.delete(oldest);
      return page;
    },
    earlier: () => then && { began: then.began, statuses },
    async before(id) {
      const at = then?.id.indexOf(id) ?? -1;
      return then === null || at < 0 ? null : decodeChunk<ScenarioPage>(chunk(spanAt(then.pages, at)));
    },
    async attachment(sha256) {
      const span = index.attachments[sha256];
      return span === undefined ? null : decodeBytes(chunk(span));
    },
  };
}

function spanAt({ start, length }: FileIndex["pages"], at: number): Span {
  return { start: start[at] ?? 0, length: length[at] ?? 0 };
}
