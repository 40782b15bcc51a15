import { cutEnd } from "../../kit/difference.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import type { SuiteLoss } from "../against/suite-losses.ts";

/** What a suite expects no more, and what it is compared with. */
export interface ShownLosses {
  since: string;
  losses: readonly SuiteLoss[];
}

const longest = 160;

/** A line a loss, with its place; those of files that are gone, or of then, say so. */
export function lossLines({ since, losses }: ShownLosses): string[] {
  if (losses.length === 0) return [`nothing that ${printableLine(since)} expects was removed or weakened`];
  const count = losses.length === 1 ? "1 expectation" : `${losses.length} expectations`;
  return [
    `${count} of ${printableLine(since)} removed or weakened:`,
    ...losses.map((loss) => {
      const { file, line } = loss.place;
      const side = loss.in === "then" ? ` of ${printableLine(since)}` : "";
      const what = printableLine(cutEnd(loss.what, longest));
      return `  ${loss.how.padEnd(8)}  ${loss.scenario}  ${what}  (${file}:${line}${side})`;
    }),
  ];
}
