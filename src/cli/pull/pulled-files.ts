import { ProblemError, problem } from "../../problem.ts";
import { desiredResources } from "../../project/desired.ts";
import type { Pulled } from "../../project/edit/pull.ts";
import { pullInto } from "../../project/edit/pullers.ts";
import { openProjectFiles } from "../../project/files.ts";
import type { ResolvedTarget } from "../../project/resolve-target.ts";
import { bindReferences, fieldValue, toChanges } from "../../resources/fields.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import { type Desired, kindNamed } from "../../resources/resource.ts";
import type { Lock } from "../../sync/lock/lock.ts";
import { readProject } from "../../api/load.ts";
import type { Planning } from "../../api/planning.ts";
import type { World } from "../world.ts";
import { isSameField } from "../../resources/canonical-fields.ts";

/** What to write into the files of an address. */
export interface PullQuestion {
  planning: Pick<Planning, "project" | "desired" | "scope">;
  target: ResolvedTarget;
  lock: Lock;
  address: string;
  fields: readonly string[];
}

/** The declaration of an address, with ids instead of the addresses it refers to. */
export function boundDesired({ planning, lock, address }: Omit<PullQuestion, "fields">): Desired {
  const found = planning.desired.find((each) => each.address === address);
  if (found === undefined) throw new Error("a drifted object is declared");
  const kind = kindNamed(resourceKinds, found.kind);
  return { ...found, spec: bindReferences(kind, found.spec, (each) => lock.resources[each]?.id ?? each) };
}

/** The files with these fields of `spec`. */
export function pullFields(world: World, question: PullQuestion, spec: object): Pulled {
  const { planning, target, lock, fields } = question;
  const addresses = new Map(Object.entries(lock.resources).map(([each, { id }]) => [id, each]));
  return pullInto({
    project: planning.project,
    files: openProjectFiles(planning.project.root),
    desired: boundDesired(question),
    live: spec,
    fields,
    models: target.models ?? {},
    vars: { ...planning.project.vars, ...target.vars },
    addressOf: (id) => addresses.get(id) ?? null,
    isSecret: (text) => world.secrets.redact(text) !== text,
  });
}

/** Reads the project with the changed files: it must be valid and have the values of `spec` in these fields. */
export async function verifyPulled(
  world: World,
  question: PullQuestion,
  spec: object,
  texts: ReadonlyMap<string, string>,
): Promise<void> {
  const { planning, target, address, fields } = question;
  const isAsked = (each: string) => each === address;
  const { project, problems } = await readProject(world, { files: "resources", isSelected: isAsked }, texts);
  if (project === null) throw new ProblemError(problems.filter(({ severity }) => severity === "error"));
  const read = { ...planning, desired: desiredResources(project, target, isAsked) };
  const desired = boundDesired({ ...question, planning: read });
  const kind = kindNamed(resourceKinds, desired.kind);
  const before = boundDesired(question);
  const wanted = {
    ...before.spec,
    ...toChanges(
      kind,
      fields.map((field) => ({ field, after: fieldValue(kind, spec, field) })),
      before.spec,
    ),
  };
  const all = new Set([...fields, ...before.declared, ...desired.declared]);
  // Unedited fields must not change either: one key may replace several that come from elsewhere.
  const different = [...all].filter((field) => !isSameField(kind, field, desired.spec, wanted));
  if (different.length === 0) return;
  const why = `the files would not match ${planning.scope.target}`;
  throw new ProblemError(
    different.map((field) =>
      problem("not_pulled", `${address}: ${field} cannot be pulled: ${why}`, {
        hint: `Write the value into the file by hand, or leave the field to the target: ignore: [${field}]`,
      }),
    ),
  );
}
