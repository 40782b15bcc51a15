import type { CoverageHead } from "../../../page-data/run-head.ts";
import { type Coverage, coverageKinds } from "../../coverage/coverage.ts";
import { kindWords } from "../../coverage/render.ts";

/** The maximum number of items of one kind on a page. */
const mostNamed = 40;

/** The coverage shown on a page: how much of each kind was reached, and where the rest is written. */
export function coverageHead({ kinds, items }: Coverage): CoverageHead {
  return {
    kinds: coverageKinds.flatMap((kind) => {
      const count = kinds[kind];
      if (count === undefined) return [];
      const missed = items.filter((item) => item.kind === kind && item.state === "missed");
      const named = missed
        .slice(0, mostNamed)
        .map(
          ({ assistant, what, file, line }) =>
            `${kind === "assistant" ? "" : `${assistant}: `}${what} (${file}:${line})`,
        );
      const more = missed.length > mostNamed ? [`and ${missed.length - mostNamed} more`] : [];
      return [{ kind: kindWords[kind], ...count, missing: [...named, ...more] }];
    }),
  };
}
