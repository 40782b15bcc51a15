import type { Finding } from "../finding.ts";
import type { WrittenProject, WrittenTarget } from "../schemas/project.ts";
import type { Rule } from "./rule.ts";

/** Findings for keys of a target's `query` that are also in its `base_url`, which would be ambiguous. */
export function queryConflicts(name: string, { base_url: url = "", query = {} }: WrittenTarget): Finding[] {
  const own = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? "");
  return Object.keys(query)
    .filter((key) => own.has(key))
    .map((key) => ({
      path: ["targets", name, "query", key],
      at: "key",
      code: "conflicting_keys",
      message: `"${key}" is both in "query" and in the query of "base_url" of target ${name}`,
      hint: "Remove one of them.",
    }));
}

/** A target must have each query parameter in one place only. */
export const targetQueriesFit: Rule<WrittenProject> = ({ value }) =>
  Object.entries(value.targets ?? {}).flatMap(([name, target]) =>
    // Values from the environment are checked when the target is used.
    target.base_url?.includes("$") === true ? [] : queryConflicts(name, target),
  );
