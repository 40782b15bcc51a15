import type { Finding } from "../finding.ts";
import type { Path } from "../project.ts";
import { didYouMean } from "../../kit/words.ts";

/** The finding for an unknown name; `what` is the expected kind. */
export function unknownReference(
  what: string,
  name: string,
  known: readonly string[],
  path: Path,
  at: "key" | "value" = "value",
): Finding {
  const meant = didYouMean(name, known);
  const hint = known.length === 0 ? `This project has no ${what}.` : `Known: ${known.join(", ")}.`;
  return {
    path,
    at,
    code: "unknown_reference",
    message: `there is no ${what} "${name}"`,
    ...(meant.label === undefined ? { hint } : meant),
  };
}

/** Findings for every item that repeats an earlier name in the list; items without a name are skipped. */
export function duplicates(items: readonly { name: string | undefined; path: Path }[], what: string): Finding[] {
  const seen = new Set<string>();
  return items.flatMap(({ name, path }) => {
    if (name === undefined) return [];
    const isNew = !seen.has(name);
    seen.add(name);
    return isNew ? [] : [{ path, code: "duplicate_name", message: `${what} "${name}" is listed twice` }];
  });
}
