import { randomUUID } from "node:crypto";
import { conflictLine } from "../../kit/conflict-markers.ts";
import { type MergedText, mergeTexts } from "../../kit/merge-text.ts";
import { type Place, ProblemError, fail, problem, advice } from "../../problem.ts";
import { locatorOf } from "../../project/source.ts";
import { instructionFilesOf } from "../../project/instructions.ts";
import { resolveTarget } from "../../project/resolve-target.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import type { Live } from "../../resources/resource.ts";
import { keepAppliedTexts } from "../../sync/apply/applied-text-file.ts";
import { guard } from "../../sync/guard.ts";
import { type Lock, type LockEntry, hashesOf, withResources } from "../../sync/lock/lock.ts";
import { writeLock } from "../../sync/lock/lock-file.ts";
import { parseMarked, tokenOf } from "../../sync/marker.ts";
import { type PlannedResource, driftOf } from "../../sync/plan/plan-format.ts";
import { type EditOptions, writeEdited } from "./edited-files.ts";
import { type MergeBase, findMergeBase } from "./merge-base.ts";
import { type Planning, type Unwritten, neededFor, openPlanning, syncing } from "../../api/planning.ts";
import { boundDesired, pullFields, verifyPulled } from "./pulled-files.ts";
import type { World } from "../world.ts";
import { fieldHash } from "../../resources/canonical-fields.ts";
import { warn } from "../warn.ts";
import { whileBusy } from "../../api/apply.ts";

const answerIsNo = 1;
const field = "instructions";

export interface MergeOptions extends EditOptions {
  target?: string;
}

/** Instructions of both sides merged into one text, and the files that would have it. */
export interface Merge {
  address: string;
  live: Live;
  lock: Lock;
  base: MergeBase;
  merged: MergedText;
  /** New texts of files, from the root. */
  texts: Map<string, string>;
  notes: string[];
}

/** Merges both sides' changes to an assistant's instructions, writes the result into the files, and records the merged text in the lock. */
export async function mergeAtTarget(world: World, address: string, options: MergeOptions): Promise<number> {
  const willWrite = options.dryRun !== true;
  const planning = await openPlanning(world, options.target, { willWrite, need: neededFor([address]) });
  const work = async (): Promise<number> => {
    const merge = await mergeEdits(world, planning, options.target, address);
    if (merge === null) {
      const { target } = planning.scope;
      const json = `${JSON.stringify({ format_version: 1, address, target, fields: [], conflicts: 0, files: [] }, null, 2)}\n`;
      world.stdout.write(
        options.json === true ? json : `The instructions were not edited at ${target}: there is nothing to merge.\n`,
      );
      return 0;
    }
    return writeMerge(world, planning, merge, options);
  };
  if (willWrite) return whileBusy(planning, {}, work);
  try {
    return await work();
  } finally {
    await planning.open.close();
  }
}

async function writeMerge(world: World, planning: Planning, merge: Merge, options: EditOptions): Promise<number> {
  const { address, merged, base, texts, notes, live, lock } = merge;
  const { project, scope, lockFile } = planning;
  const title = titleOf(address, scope.target, base);
  const about = { address, target: scope.target, fields: [field], conflicts: merged.conflicts, base: base.from };
  const isWritten = await writeEdited(world, { root: project.root, title, about, texts, notes }, options);
  if (!isWritten) return answerIsNo;
  const conflicts = conflictPlaces(texts);
  if (options.dryRun !== true) {
    const seen = noted(lock.resources[address], live.spec);
    if (seen !== null) {
      const next = withResources(lock, { ...lock.resources, [address]: seen }, randomUUID);
      const text = (live.spec as AssistantSpec).instructions ?? "";
      await keepAppliedTexts(project.root, scope.target, [{ kind: assistantKind, field, text }], hashesOf(next));
      await writeLock(project.root, lockFile, next);
    }
  }
  warn(
    world,
    conflicts.map((place) => conflictProblem(place, merged.conflicts)),
  );
  return merged.conflicts > 0 ? answerIsNo : 0;
}

/**
 * The project after merging these addresses, to plan with; nothing is written. The resulting files are shown.
 * Throws a ProblemError (`conflict`) when both sides changed the same lines.
 */
export async function previewMerges(
  world: World,
  addresses: readonly string[],
  options: { target?: string; isShown: boolean },
): Promise<Unwritten> {
  const unwritten: Unwritten = { texts: new Map(), entries: {} };
  for (const address of addresses) {
    const planning = await openPlanning(world, options.target, { willWrite: false, need: neededFor([address]) });
    try {
      const merge = await mergeEdits(world, planning, options.target, address);
      if (merge === null) continue;
      const { merged, texts, notes, base, live, lock } = merge;
      const { target } = planning.scope;
      const shown = { root: planning.project.root, title: titleOf(address, target, base), about: {}, texts, notes };
      if (options.isShown) await writeEdited(world, shown, { dryRun: true });
      if (merged.conflicts > 0) {
        const places = `${merged.conflicts} ${merged.conflicts === 1 ? "place" : "places"}`;
        fail(
          "conflict",
          `${address}: both sides changed the same lines in ${places} of the instructions`,
          advice({
            purpose: "To write the merge with conflict markers to the file",
            command: `playbill pull ${address} --merge --target ${target}`,
          }),
        );
      }
      for (const [path, text] of texts) unwritten.texts.set(path, text);
      const entry = noted(lock.resources[address], live.spec);
      if (entry !== null) unwritten.entries[address] = entry;
    } finally {
      await planning.open.close();
    }
  }
  return unwritten;
}

function titleOf(address: string, target: string, { from }: MergeBase): string {
  return `${address}: its instructions changed both in the files and at ${target}, merged from their base in ${from}`;
}

/** The lock entry once the files contain the live text, which then counts as last applied. */
function noted(entry: LockEntry | undefined, live: object): LockEntry | null {
  if (entry === undefined) return null;
  const { [field]: _before, ...observed } = entry.observed;
  return { ...entry, applied: { ...entry.applied, [field]: fieldHash(assistantKind, live, field) }, observed };
}

function conflictPlaces(texts: ReadonlyMap<string, string>): Place[] {
  return [...texts].flatMap(([path, text]) => {
    const line = conflictLine(text);
    const start = line === null ? -1 : text.split("\n", line).reduce((sum, each) => sum + each.length + 1, 0);
    return start === -1 ? [] : [locatorOf(path, text)(start, start + 7)];
  });
}

function conflictProblem(place: Place, count: number) {
  return problem(
    "conflict_markers",
    `both sides changed the same lines in ${count} ${count === 1 ? "place" : "places"}`,
    {
      place,
      hint: "Replace the lines from <<<<<<< to >>>>>>> with the right text, then sync.",
    },
  );
}

/** Merges the instructions of an address; `null` when they were not edited at the target. Writes nothing. */
export async function mergeEdits(
  world: World,
  planning: Planning,
  targetName: string | undefined,
  address: string,
): Promise<Merge | null> {
  const { scope, project } = planning;
  const { plan, live: all, lock } = await planning.plan({ ...syncing, prune: false, selectors: [address], take: {} });
  const resource = plan.resources.find((each) => each.address === address);
  const drift = resource === undefined ? [] : driftOf(resource);
  const live = all.find(({ id }) => resource !== undefined && "id" in resource && id === resource.id);
  if (
    resource === undefined ||
    live === undefined ||
    resource.action === "delete" ||
    !drift.some((each) => each.field === field)
  )
    return null;
  if ("reason" in resource && resource.reason === "lock_behind")
    throw new ProblemError(guard(plan, { allowDeletes: null, isWhole: planning.open.target.registry.isWhole }));
  const declared = project.assistants.get(address.slice("assistant.".length));
  const files = declared === undefined ? [] : [declared.file, ...instructionFilesOf(declared)];
  const base = await baseOf(world, planning, resource, lock.resources[address], live, files);
  const question = { planning, target: resolveTarget(project, targetName, world.env), lock, address, fields: [field] };
  const desired = boundDesired(question);
  const [ours, theirs] = [desired.spec, live.spec].map((spec) => unix((spec as AssistantSpec).instructions));
  const names = { ours: "the files", theirs: `edited at ${scope.target}` };
  const merged = mergeTexts(unix(base.text), ours ?? "", theirs ?? "", names);
  const spec = { ...desired.spec, [field]: merged.text };
  const { texts, notes, problems } = pullFields(world, question, spec);
  if (problems.length > 0) throw new ProblemError(problems);
  if (merged.conflicts === 0) await verifyPulled(world, question, spec, texts);
  return { address, live, lock, base, merged, texts, notes };
}

function unix(text: string | null): string {
  return (text ?? "").replaceAll("\r\n", "\n");
}

async function baseOf(
  world: World,
  { project, scope }: Planning,
  resource: PlannedResource,
  entry: LockEntry | undefined,
  live: Live,
  files: readonly string[],
): Promise<MergeBase> {
  const { address } = resource;
  const isByMarker =
    "reason" in resource && (resource.reason === "fast_forward" || resource.reason === "found_by_marker");
  const marked = live.marker === null ? undefined : parseMarked(live.marker).applied?.get(tokenOf(field));
  const hashes = isByMarker || entry === undefined ? [marked] : [entry.observed[field], entry.applied[field]];
  for (const hash of hashes) {
    if (hash === undefined) continue;
    const found = await findMergeBase(world, { root: project.root, target: scope.target, address, hash, live, files });
    if (found !== null) return found;
  }
  return fail(
    "no_base",
    `${address}: the instructions last applied to ${live.id} cannot be found`,
    advice(
      "Searched: texts stored by syncs of this working copy, its snapshots, and the Git history of the files (in a shallow clone: git fetch --unshallow).",
      `To keep the text at ${scope.target}, undo the change in the files and pull.`,
      {
        purpose: "To overwrite it",
        command: `playbill sync ${address} --take ours ${address} --target ${scope.target}`,
      },
    ),
  );
}
