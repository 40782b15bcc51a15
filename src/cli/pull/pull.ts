import { ProblemError, fail, advice } from "../../problem.ts";
import { resolveTarget } from "../../project/resolve-target.ts";
import { driftOf, type PlannedResource } from "../../sync/plan/plan-format.ts";
import { type EditOptions, writeEdited } from "./edited-files.ts";
import { mergeAtTarget } from "./merge.ts";
import { neededFor, openPlanning, syncing } from "../../api/planning.ts";
import { pullFields, verifyPulled } from "./pulled-files.ts";
import type { World } from "../world.ts";

interface Options extends EditOptions {
  target?: string;
  merge?: true;
}

const answerIsNo = 1;

/** `playbill pull ADDRESS`: writes edits made at the target into the files. Changes nothing at the target. */
export async function pull(world: World, address: string, options: Options): Promise<number> {
  if (/[*?]/.test(address)) {
    return fail("bad_flag", "pull takes one address", { hint: "For example: playbill pull assistant.support" });
  }
  if (options.merge === true) return mergeAtTarget(world, address, options);
  const planning = await openPlanning(world, options.target, { willWrite: false, need: neededFor([address]) });
  const { target } = planning.scope;
  try {
    const { plan, live, lock } = await planning.plan({ ...syncing, prune: false, selectors: [address], take: {} });
    const resource = plan.resources.find((each) => each.address === address);
    const fields = editedFields(resource, address, target);
    const about = { address, target, fields };
    if (fields.length === 0) {
      const nothing = `Nothing was edited at ${target}: there is nothing to pull.\n`;
      const json = `${JSON.stringify({ format_version: 1, ...about, files: [] }, null, 2)}\n`;
      world.stdout.write(options.json === true ? json : nothing);
      return 0;
    }
    const found = live.find(({ id }) => resource !== undefined && "id" in resource && id === resource.id);
    if (found === undefined) throw new Error("a drifted object exists");
    const question = {
      planning,
      target: resolveTarget(planning.project, options.target, world.env),
      lock,
      address,
      fields,
    };
    const { texts, notes, problems } = pullFields(world, question, found.spec);
    if (problems.length > 0) throw new ProblemError(problems);
    await verifyPulled(world, question, found.spec, texts);
    const title = `${address} was edited at ${target}`;
    const isWritten = await writeEdited(world, { root: planning.project.root, title, about, texts, notes }, options);
    return isWritten ? 0 : answerIsNo;
  } finally {
    await planning.open.close();
  }
}

/** The fields that were edited only at the target. */
function editedFields(resource: PlannedResource | undefined, address: string, target: string): string[] {
  const drift = resource === undefined ? [] : driftOf(resource);
  if (resource?.action === "delete" || resource?.action === "refused" || resource?.action === "create") return [];
  const conflicts = drift.filter(({ conflict }) => conflict).map(({ field }) => field);
  if (conflicts.length === 0) return drift.map(({ field }) => field);
  const what = `${conflicts.join(", ")} ${conflicts.length === 1 ? "was" : "were"} changed both in the files and at ${target}`;
  return fail(
    "conflict",
    `${address}: ${what}`,
    advice(
      ...(conflicts.includes("instructions")
        ? [
            {
              purpose: "To merge the instructions line by line",
              command: `playbill pull ${address} --merge --target ${target}`,
            },
          ]
        : []),
      "Pulling would overwrite the change in the files. To pull, undo it there first.",
      {
        purpose: "To overwrite what is at the target",
        command: `playbill sync ${address} --take ours ${address} --target ${target}`,
      },
    ),
  );
}
