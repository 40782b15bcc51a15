import { formatVersion } from "../results/format-version.ts";
import type { ReportContext, Reporter } from "./reporter.ts";

/** One JSON document with every result and its record, written at the end. */
export function createJsonReporter({ write }: Pick<ReportContext, "write">): Reporter {
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
