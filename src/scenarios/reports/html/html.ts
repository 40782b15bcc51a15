import { deflateRawSync } from "node:zlib";
import { type FileIndex, type IndexRow, type Span, toColumns } from "../../../page-data/index-row.ts";
import type { BaselineReport } from "../../baseline/compare.ts";
import type { ReportContext, Reporter } from "../reporter.ts";
import { blockBegin, blockEnd, documentBegin, documentEnd } from "./document.ts";
import { indexRow } from "./index-row.ts";
import { pageApp } from "./page-app.ts";
import { runHead } from "./run-head.ts";
import { scenarioPageOf } from "./scenario-page.ts";

/**
 * One HTML file that needs nothing else: the app of the page, and every scenario in a chunk of its own. Only the rows of the list are kept until
 * the end, however large the conversations are.
 */
export function createHtmlReporter(context: ReportContext): Reporter {
  const { write, repeat } = context;
  const rows = new Map<string, IndexRow>();
  return {
    result: (result) => void rows.set(result.id, indexRow(result)),
    async end(run) {
      const app = await pageApp();
      const head = runHead(run, context, []);
      const inOrder = withChanges(inOrderOf(run.header.scenarios, rows), run.summary.baseline);
      write(documentBegin(head, inOrder, app, repeat));
      write(blockBegin("head") + chunkOf(head) + blockEnd);
      write(blockBegin("pack"));
      const spans = new Map<string, Span>();
      let end = 0;
      for await (const result of run.results()) {
        const chunk = chunkOf(scenarioPageOf(result, repeat(result.id)));
        write(chunk);
        spans.set(result.id, { start: end, length: chunk.length });
        end += chunk.length;
      }
      write(blockEnd);
      write(blockBegin("index") + chunkOf(fileIndex(inOrder, spans)) + blockEnd);
      write(documentEnd(app));
    },
  };
}

function inOrderOf(order: readonly string[] | undefined, rows: ReadonlyMap<string, IndexRow>): IndexRow[] {
  const ids = new Set([...(order ?? []), ...rows.keys()]);
  return [...ids].flatMap((id) => rows.get(id) ?? []);
}

function withChanges(rows: IndexRow[], baseline: BaselineReport | null): IndexRow[] {
  if (baseline === null) return rows;
  const entries = new Map(baseline.scenarios.map((entry) => [entry.id, entry]));
  return rows.map((row) => {
    const { change = null, before = null, p = null } = entries.get(row.id) ?? {};
    return Object.assign(row, { change, before, p });
  });
}

function fileIndex(rows: readonly IndexRow[], spans: ReadonlyMap<string, Span>): FileIndex {
  const there = rows.filter(({ id }) => spans.has(id));
  const all = there.flatMap(({ id }) => spans.get(id) ?? []);
  return {
    rows: toColumns(there),
    pages: { start: all.map(({ start }) => start), length: all.map(({ length }) => length) },
    attachments: {},
  };
}

/** A value as `decodeChunk` reads it. */
function chunkOf(value: unknown): string {
  return deflateRawSync(JSON.stringify(value)).toString("base64");
}
