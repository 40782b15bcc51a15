import type { Reporter, Write } from "./reporter.ts";

/** The version of what `json` reports and `results.jsonl` holds; a change that breaks readers raises it. */
export const formatVersion = 2;

/** One JSON document with every result and its record, written as they come. */
export function createJsonReporter(write: Write): Reporter {
  let separator = "";
  write(`{"format_version":${formatVersion},"results":[`);
  return {
    result(result) {
      write(`${separator}\n${JSON.stringify(result)}`);
      separator = ",";
    },
    end(summary, time) {
      write(`\n],"summary":${JSON.stringify({ ...summary.counts, time })}}\n`);
    },
  };
}
