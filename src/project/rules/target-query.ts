import type { Finding } from "../finding.ts";
import type { WrittenProject, WrittenTarget } from "../schemas/project.ts";
import type { Rule } from "./rule.ts";

/** The keys of a target's `query` that its `base_url` has too: which of the two is sent would be a guess. */
export function queryConflicts(name: string, { base_url: url = "", query = {} }: WrittenTarget): Finding[] {
  const own = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? "");
  return Object.keys(query)
    .filter((key) => own.has(key))
    .map((key) => ({
      path: ["targets", name, "query", key],
      at: "key",
      code: "conflicting_keys",
      message: `"${key}" is in "query" and in the query of "base_url" of target ${name}`,
      hint: "Keep one of them.",
    }));
}

/** A target says each part of its query in one place. */
export const targetQueriesFit: Rule<WrittenProject> = ({ value }) =>
  Object.entries(value.targets ?? {}).flatMap(([name, target]) =>
    // What reads the environment is known when the target is used.
    target.base_url?.includes("$") === true ? [] : queryConflicts(name, target),
  );
