import type { IndexRow } from "../../../page-data/index-row.ts";
import type { BaselineReport } from "../../baseline/compare.ts";
import type { StoredHeader } from "../../runs/run-header.ts";
import type { ReportContext, Reporter } from "../reporter.ts";
import { blockBegin, blockEnd, documentBegin, documentEnd } from "./document.ts";
import { outcomeHash, runBefore } from "./earlier.ts";
import { historyOf } from "./history.ts";
import { coverageHead } from "./coverage-head.ts";
import { indexRow } from "./index-row.ts";
import { chunkOf, createPack } from "./pack.ts";
import { pageApp } from "./page-app.ts";
import { runHead } from "./run-head.ts";
import { scenarioPageOf } from "./scenario-page.ts";

/**
 * A self-contained HTML file: the app of the page, and every scenario in a separate chunk. Only the rows of the list are kept in memory
 * until the end, however large the conversations are.
 */
export function createHtmlReporter(context: ReportContext): Reporter {
  const { write, repeat, earlierRuns, coverage } = context;
  const collected = new Map<string, IndexRow>();
  return {
    result(result) {
      collected.set(result.id, indexRow(result));
      coverage?.add(result);
    },
    async end(run) {
      const app = await pageApp();
      const { header, summary, results, attachment } = run;
      const history = await historyOf(header, summary.counts, earlierRuns(header));
      const head = runHead(run, context, history, coverage === null ? null : coverageHead(coverage.coverage()));
      const rows = withChanges(inOrderOf(header.scenarios, collected), summary.baseline);
      write(documentBegin(head, rows, app, repeat));
      write(blockBegin("head") + chunkOf(head) + blockEnd);
      write(blockBegin("pack"));
      const pack = createPack(write);
      const outcomes = new Map<string, string>();
      for await (const result of results()) {
        const page = scenarioPageOf(result, repeat(result.id));
        pack.page(page);
        outcomes.set(page.id, outcomeHash(page));
        await pack.attachments(page, attachment);
      }
      const before = await runBefore(header, earlierRuns(header));
      for await (const result of before?.results() ?? []) {
        const page = scenarioPageOf(result, repeat(result.id));
        if (outcomes.has(page.id) && outcomes.get(page.id) !== outcomeHash(page)) pack.earlier(page);
      }
      write(blockEnd);
      write(blockBegin("index") + chunkOf(pack.index(rows, before && aboutOf(before.header))) + blockEnd);
      write(documentEnd(app));
    },
  };
}

function aboutOf({ run, began = "" }: StoredHeader): { run: string; began: string } {
  return { run, began };
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
