import { endLine, runEndOf } from "../runs/run-end.ts";
import { headerLine } from "../runs/run-header.ts";
import type { ReportContext, Reporter } from "./reporter.ts";

/** A line of JSON for each result as it arrives, between the run's header and its end: the content of `results.jsonl`. */
export function createJsonlReporter({ write }: Pick<ReportContext, "write">): Reporter {
  return {
    begin: ({ header }) => write(headerLine(header)),
    result: (result) => write(`${JSON.stringify(result)}\n`),
    end: async (run) => write(endLine(runEndOf(run))),
  };
}
