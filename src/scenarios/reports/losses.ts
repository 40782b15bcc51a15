import { cutEnd } from "../../kit/difference.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import type { SuiteLoss } from "../against/suite-losses.ts";

/** The expectations that a suite lost, and the revision it is compared with. */
export interface ShownLosses {
  since: string;
  losses: readonly SuiteLoss[];
}

const longest = 160;

/** One line per loss, with its place; places in the earlier revision are marked as such. */
export function lossLines({ since, losses }: ShownLosses): string[] {
  if (losses.length === 0) return [`no expectation of ${printableLine(since)} was removed or weakened`];
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
