import { endLine, runEndOf } from "../runs/run-end.ts";
import { headerLine } from "../runs/run-header.ts";
import type { ReportContext, Reporter } from "./reporter.ts";

/** A line of JSON as each result comes, between the run's header and its end: what `results.jsonl` holds. */
export function createJsonlReporter({ write }: Pick<ReportContext, "write">): Reporter {
  return {
    begin: ({ header }) => write(headerLine(header)),
    result: (result) => write(`${JSON.stringify(result)}\n`),
    end: async (run) => write(endLine(runEndOf(run))),
  };
}
