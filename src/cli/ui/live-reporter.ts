import type { RowChange } from "../../page-data/live.ts";
import type { CreateReporter } from "../../scenarios/reports/reporter.ts";
import { coverageHead } from "../../scenarios/reports/html/coverage-head.ts";
import { historyOf } from "../../scenarios/reports/html/history.ts";
import { indexRow } from "../../scenarios/reports/html/index-row.ts";
import { runHead } from "../../scenarios/reports/html/run-head.ts";
import { scenarioPageOf } from "../../scenarios/reports/html/scenario-page.ts";
import { emptySummary } from "../../scenarios/results/summary.ts";
import type { Board } from "./board.ts";

/** A reporter that sends events to the board. */
export function liveReporter(board: Pick<Board, "tell" | "keep" | "keepAttachments">): CreateReporter {
  return (context) => ({
    begin({ header, attachment }) {
      const head = runHead({ header, summary: emptySummary, time: 0, interrupted: false }, context, [], null);
      board.keepAttachments(attachment);
      board.tell({ kind: "begun", head, ids: header.scenarios ?? [] });
    },
    progress({ scenario: id, attempt, ...step }) {
      if (step.kind === "turn_ended") return;
      board.tell({ kind: "progress", id, attempt, turn: step.kind === "turn_begun" ? step.turn : null });
    },
    result(result) {
      context.coverage?.add(result);
      board.keep(scenarioPageOf(result, context.repeat(result.id)));
      board.tell({ kind: "row", row: indexRow(result) });
    },
    async end({ header, summary, ...ended }) {
      const history = await historyOf(header, summary.counts, context.earlierRuns(header));
      const changes = (summary.baseline?.scenarios ?? []).map(({ id, change, before, p }): [string, RowChange] => [
        id,
        { change, before, p },
      ]);
      const coverage = context.coverage === null ? null : coverageHead(context.coverage.coverage());
      const head = runHead({ header, summary, ...ended }, context, history, coverage);
      board.tell({ kind: "done", head, changes });
    },
  });
}
