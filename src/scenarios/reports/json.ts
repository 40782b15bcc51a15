import type { Reporter, Write } from "./reporter.ts";

/** The version of what `json` reports and `results.jsonl` holds; a change that breaks readers raises it. */
export const formatVersion = 3;

/** One JSON document with every result and its record, written at the end. */
export function createJsonReporter(write: Write): Reporter {
  return {
    result() {},
    async end({ summary, time, results }) {
      let separator = `{"format_version":${formatVersion},"results":[`;
      for await (const result of results()) {
        write(`${separator}\n${JSON.stringify(result)}`);
        separator = ",";
      }
      if (separator !== ",") write(separator);
      const compared = summary.baseline === null ? "" : `,"baseline":${JSON.stringify(summary.baseline)}`;
      const lost = summary.losses === null ? "" : `,"against":${JSON.stringify(summary.losses)}`;
      write(`\n],"summary":${JSON.stringify({ ...summary.counts, time })}${compared}${lost}}\n`);
    },
  };
}
