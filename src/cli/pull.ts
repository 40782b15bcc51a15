import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { writeTogether } from "../kit/files.ts";
import { ProblemError, fail, problem } from "../problem.ts";
import { desiredResources } from "../project/desired.ts";
import { openProjectFiles } from "../project/files.ts";
import { type ResolvedTarget, resolveTarget } from "../project/resolve-target.ts";
import { pullAssistant } from "../project/edit/assistant-pull.ts";
import type { Pulled } from "../project/edit/pull.ts";
import { resourceKinds } from "../resources/kinds.ts";
import { bindReferences, isSameField } from "../resources/fields.ts";
import { type Desired, type Live, kindNamed } from "../resources/resource.ts";
import type { Lock } from "../sync/lock/lock.ts";
import { type PlannedResource, driftOf } from "../sync/plan/plan-format.ts";
import type { Line } from "../sync/render/line.ts";
import { diffText } from "../sync/render/text-diff.ts";
import { renderLines } from "../sync/render/text.ts";
import { readProject } from "./load.ts";
import { wantsColor } from "./output.ts";
import { type Planning, neededFor, openPlanning, syncing } from "./planning.ts";
import type { World } from "./world.ts";

interface Options {
  target?: string;
  yes?: true;
  dryRun?: true;
  json?: true;
}

const answerIsNo = 1;

/** `playbill pull ADDRESS`: writes what was edited at the target into the files. Nothing is changed at the target. */
export async function pull(world: World, address: string, options: Options): Promise<number> {
  if (/[*?]/.test(address)) {
    return fail("bad_flag", "pull takes one address", { hint: "As in: playbill pull assistant.support" });
  }
  const planning = await openPlanning(world, options.target, { willWrite: false, need: neededFor([address]) });
  try {
    const { plan, live, lock } = await planning.plan({ ...syncing, prune: false, selectors: [address], take: {} });
    const resource = plan.resources.find((each) => each.address === address);
    const fields = editedFields(resource, address, planning.scope.target);
    if (fields.length === 0) {
      world.stdout.write(
        options.json === true
          ? asJson(address, planning.scope.target, [], new Map())
          : `Nothing was edited at ${planning.scope.target}: there is nothing to pull.\n`,
      );
      return 0;
    }
    const found = live.find(({ id }) => resource !== undefined && "id" in resource && id === resource.id);
    if (found === undefined) throw new Error("what is drifted is there");
    const resolved = resolveTarget(planning.project, options.target, world.env);
    const pulled = pullFields(world, planning, resolved, lock, found, address, fields);
    if (pulled.problems.length > 0) throw new ProblemError(pulled.problems);
    await verify(world, planning, resolved, lock, found, address, fields, pulled.texts);
    return await write(world, planning, address, fields, pulled, options);
  } finally {
    await planning.open.close();
  }
}

/** The fields that were edited at the target, and only there. */
function editedFields(resource: PlannedResource | undefined, address: string, target: string): string[] {
  const drift = resource === undefined ? [] : driftOf(resource);
  if (resource?.action === "delete" || resource?.action === "refused" || resource?.action === "create") return [];
  const conflicts = drift.filter(({ conflict }) => conflict).map(({ field }) => field);
  if (conflicts.length === 0) return drift.map(({ field }) => field);
  return fail(
    "conflict",
    `${address}: ${conflicts.join(", ")} ${conflicts.length === 1 ? "was" : "were"} changed both in the files and at ${target}`,
    {
      hint: [
        "Pulling would overwrite what the files changed. Undo that in the files first and pull then, or decide for one side:",
        `playbill sync ${address} --take ours ${address} --target ${target}`,
      ].join("\n"),
    },
  );
}

function boundDesired({ desired }: Planning, lock: Lock, address: string): Desired {
  const found = desired.find((each) => each.address === address);
  if (found === undefined) throw new Error("what is drifted is declared");
  const kind = kindNamed(resourceKinds, found.kind);
  return { ...found, spec: bindReferences(kind, found.spec, (each) => lock.resources[each]?.id ?? each) };
}

function pullFields(
  world: World,
  planning: Planning,
  { models }: Pick<ResolvedTarget, "models">,
  lock: Lock,
  live: Live,
  address: string,
  fields: readonly string[],
): Pulled {
  const { project } = planning;
  const addresses = new Map(Object.entries(lock.resources).map(([each, { id }]) => [id, each]));
  return pullAssistant({
    project,
    files: openProjectFiles(project.root),
    desired: boundDesired(planning, lock, address),
    live: live.spec,
    fields,
    models: models ?? {},
    addressOf: (id) => addresses.get(id) ?? null,
    isSecret: (text) => world.secrets.redact(text) !== text,
  });
}

/** Reads the project as it would be: it must be sound, and say what the target has. */
async function verify(
  world: World,
  planning: Planning,
  target: ResolvedTarget,
  lock: Lock,
  live: Live,
  address: string,
  fields: readonly string[],
  texts: ReadonlyMap<string, string>,
): Promise<void> {
  const isAsked = (each: string) => each === address;
  const { project, problems } = await readProject(world, { files: "resources", isSelected: isAsked }, texts);
  if (project === null) throw new ProblemError(problems.filter(({ severity }) => severity === "error"));
  const desired = boundDesired({ ...planning, desired: desiredResources(project, target, isAsked) }, lock, address);
  const kind = kindNamed(resourceKinds, desired.kind);
  const different = fields.filter((field) => !isSameField(kind, field, desired.spec, live.spec));
  if (different.length === 0) return;
  throw new ProblemError(
    different.map((field) =>
      problem(
        "not_pulled",
        `${address}: ${field} cannot be pulled: the files would not say what ${planning.scope.target} has`,
        {
          hint: `Write the value into the file by hand, or leave the field to the target: ignore: [${field}]`,
        },
      ),
    ),
  );
}

async function write(
  world: World,
  { project, scope }: Planning,
  address: string,
  fields: readonly string[],
  { texts, notes }: Pulled,
  options: Options,
): Promise<number> {
  const files = openProjectFiles(project.root);
  const before = new Map(
    [...texts.keys()].map((path) => {
      const read = files.read(path);
      return [path, read.kind === "text" ? read.text : null] as const;
    }),
  );
  if (options.json !== true) world.stdout.write(shown(world, address, scope.target, texts, before, notes));
  if (options.dryRun === true) {
    if (options.json === true) world.stdout.write(asJson(address, scope.target, fields, texts));
    else world.stdout.write("Nothing was written.\n");
    return 0;
  }
  if (options.yes !== true && !(await confirmed(world))) return answerIsNo;
  const changes = [...texts].map(async ([path, text]) => {
    const old = before.get(path) ?? null;
    const file = join(project.root, path);
    // A link stays a link: what it leads to is written.
    return { file: old === null ? file : await realpath(file), text, before: old };
  });
  await writeTogether(await Promise.all(changes));
  if (options.json === true) world.stdout.write(asJson(address, scope.target, fields, texts));
  else world.stdout.write(`Wrote ${[...texts.keys()].join(", ")}.\n`);
  return 0;
}

function shown(
  world: World,
  address: string,
  target: string,
  texts: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, string | null>,
  notes: readonly string[],
): string {
  const { redact } = world.secrets;
  const color = wantsColor(world.stdout, world.env);
  const files = [...texts].map(([path, text]) => {
    const { lines } = diffText(redact(before.get(path) ?? ""), redact(text));
    return `${path}\n${renderLines(path.endsWith(".md") ? lines : lines.map(withoutHeading), color)}\n`;
  });
  return `${address} was edited at ${target}. In the files:\n\n${files.join("\n")}${notes.map((note) => `\n${note}\n`).join("")}\n`;
}

/** Comments of YAML look like headings of Markdown. */
function withoutHeading(line: Line): Line {
  return line.mark === "@" ? { ...line, text: line.text.replace(/, under ".*$/, "") } : line;
}

async function confirmed(world: World): Promise<boolean> {
  if (world.ask === null) {
    return fail("not_confirmed", "pull would change files, and there is no terminal to ask on", {
      hint: "Look at the difference with --dry-run, then run it with --yes.",
    });
  }
  const answer = await world.ask('Write this? Only "yes" does it: ');
  if (answer.trim() === "yes") return true;
  world.stderr.write("Nothing was written.\n");
  return false;
}

function asJson(
  address: string,
  target: string,
  fields: readonly string[],
  texts: ReadonlyMap<string, string>,
): string {
  const files = [...texts].map(([path, text]) => ({ path, text }));
  return `${JSON.stringify({ format_version: 1, address, target, fields, files }, null, 2)}\n`;
}
