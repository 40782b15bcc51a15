import { formatVersion } from "../results/format-version.ts";
import type { ReportContext, Reporter } from "./reporter.ts";

/** One JSON document with every result and its record, written at the end. */
export function createJsonReporter({ write }: Pick<ReportContext, "write">): Reporter {
  return {
    result() {},
    async end({ header, summary, time, exitCode, results }) {
      const { format_version: _, scenarios: _scenarios, shard, ...rest } = header;
      const about = { ...rest, ...(shard && { shard: { number: shard.number, of: shard.of } }) };
      let separator = `{"format_version":${formatVersion},"run":${JSON.stringify(about)},"results":[`;
      for await (const result of results()) {
        write(`${separator}\n${JSON.stringify(result)}`);
        separator = ",";
      }
      if (separator !== ",") write(separator);
      const end = {
        summary: { ...summary.counts, time },
        exit_code: exitCode,
        ...(summary.baseline !== null && { baseline: summary.baseline }),
        ...(summary.losses !== null && { against: summary.losses }),
        ...(summary.incomplete !== null && { incomplete: summary.incomplete }),
      };
      write(`\n],${JSON.stringify(end).slice(1)}\n`);
    },
  };
}
