import type { Finding } from "../finding.ts";
import type { Path } from "../project.ts";
import type { WrittenProject } from "../schemas/project.ts";
import { allVars, canBeSensitive, sensitiveLeaves, varsOf } from "../vars.ts";
import { unknownReference } from "./reference.ts";
import type { Rule } from "./rule.ts";

/** What is marked as sensitive is a variable, and can be kept out of every text. A target's environment is read when it is used. */
export const sensitiveVarsFit: Rule<WrittenProject> = ({ value }) => {
  const all = allVars(value);
  const names = [...new Set(all.flatMap(({ vars }) => Object.keys(varsOf(vars))))];
  const unknown = all.flatMap(({ path, vars }) =>
    (Array.isArray(vars["sensitive"]) ? vars["sensitive"] : []).flatMap((name: string, index) =>
      names.includes(name) ? [] : [unknownReference("variable", name, names, [...path, "sensitive", index])],
    ),
  );
  const weak = sensitiveLeaves(value)
    .filter(({ value: leaf }) => !canBeSensitive(leaf) && !(typeof leaf === "string" && leaf.includes("$")))
    .map(({ path }) => notHideable(path));
  return [...unknown, ...weak];
};

/** The finding for a sensitive value that would have to be hidden in texts that merely hold it. The value is not shown. */
export function notHideable(path: Path): Finding {
  return {
    path,
    at: "key",
    code: "cannot_hide",
    message: "a sensitive value must be a text of at least six characters, and more than one plain word",
    hint: "Playbill hides it wherever it appears, so it must not be part of other texts. Put a number in quotes; leave it empty where there is none.",
  };
}
