import { suggest } from "../../kit/words.ts";
import { fail } from "../../problem.ts";
import type { Project } from "../../project/project.ts";

/** Throws a ProblemError when the project has no assistant of this name; the hint has the closest name or all names. */
export function assistantNamed({ assistants }: Pick<Project, "assistants">, name: string): void {
  if (assistants.has(name)) return;
  const names = [...assistants.keys()];
  const meant = suggest(name, names);
  const hint =
    meant !== undefined
      ? `Did you mean ${meant}?`
      : names.length === 0
        ? "Create one in assistants/NAME.yaml."
        : `Known assistants: ${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}.`;
  fail("unknown_address", `there is no assistant "${name}"`, { hint });
}
