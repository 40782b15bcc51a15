import { existsSync } from "node:fs";
import { join } from "node:path";
import { expandAll } from "../../api/expansion.ts";
import { readProject } from "../../api/load.ts";
import type { Planning } from "../../api/planning.ts";
import { resultsOf, whatIsTested } from "../../api/testing/open-run.ts";
import { tryingOf, withRuns } from "../../api/testing/repeats.ts";
import { declaredAssistants } from "../../api/testing/test-states.ts";
import { type Problem, ProblemError } from "../../problem.ts";
import { desiredWithKnowledge, sensitiveValues, soundOrNone } from "../../project/desired.ts";
import { priceOf } from "../../project/prices.ts";
import type { Project } from "../../project/project.ts";
import { loadRecordings } from "../../project/recordings.ts";
import { type ResolvedTarget, resolveWithoutConnection } from "../../project/resolve-target.ts";
import { learnSensitive } from "../../project/vars.ts";
import {
  type BehaviourSide,
  type Shown,
  type SideScenario,
  compareBehaviour,
  reasonsBetween,
} from "../../scenarios/behaviour/compare.ts";
import type { Behaviour } from "../../scenarios/behaviour/words.ts";
import { type Evidence, evidenceIn, fingerprintOf } from "../../scenarios/evidence/evidence.ts";
import { evidenceFolder, readEvidence } from "../../scenarios/evidence/evidence-file.ts";
import { changedParts } from "../../scenarios/fingerprint.ts";
import { isSelected } from "../../sync/plan/select.ts";
import { withFilesAt } from "../git-tree.ts";
import { lossesBetween } from "../test/against.ts";
import { replayDeps } from "../test/replay.ts";
import type { World } from "../world.ts";

/**
 * The changes in behaviour of the selected assistants since a commit (`true`: since the branch left the main branch): from the
 * evidence of both sides, or from replayed recordings where there is none. No model is called. Throws a ProblemError for a
 * commit that Git does not have.
 */
export async function readBehaviour(
  world: World,
  { project: { root }, open }: Pick<Planning, "project" | "open">,
  { reference, selectors }: { reference: string | true; selectors: readonly string[] },
): Promise<Behaviour> {
  return withFilesAt(root, reference === true ? undefined : reference, async ({ folder, name: since }) => {
    // The plan itself reports faults of the files.
    const silent = { ...world, tell: () => {} };
    const at = { open, selectors };
    try {
      const now = await openSide(silent, root, [root], at);
      const then = existsSync(join(folder, "playbill.yaml"))
        ? await openSide({ ...silent, cwd: folder }, folder, [folder, root], at)
        : null;
      const before = then?.scenarios ?? new Map<string, SideScenario>();
      const touched = [...now.scenarios].flatMap(([id, each]) => {
        const old = before.get(id);
        return old === undefined || reasonsBetween(old, each).length > 0 ? [id] : [];
      });
      const after = await replayed(now, touched);
      const played = then === null ? before : await replayed(then, touched);
      const losses = then === null ? [] : lossesBetween(silent, then.project, now.project, open.name);
      return { kind: "compared", since, losses, ...compareBehaviour(played, after) };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return { kind: "unknown", since, why: whyOf(error.problems) };
    }
  });
}

function whyOf([first]: readonly Problem[]): string {
  if (first === undefined) return "the files cannot be read";
  const { place } = first;
  return place === undefined ? first.message : `${first.message} (${place.file}:${place.line})`;
}

interface At extends Pick<Planning, "open"> {
  selectors: readonly string[];
}

/** The files of one side and its evidence. */
interface OpenSide {
  world: World;
  project: Project;
  config: ResolvedTarget;
  scenarios: BehaviourSide;
}

/** Reads a side. Evidence is searched in these roots, because evidence of an earlier commit may be stored at a later one. */
async function openSide(world: World, root: string, roots: string[], { open, selectors }: At): Promise<OpenSide> {
  const { project, problems } = await readProject({ ...world, cwd: root });
  if (project === null) throw new ProblemError(problems);
  const config = resolveWithoutConnection(project, open.name, world.env);
  const names = [...project.assistants.keys()].filter((name) => isSelected(`assistant.${name}`, selectors));
  const desired = names.flatMap((name) => soundOrNone(() => desiredWithKnowledge(project, config, [name])));
  learnSensitive(sensitiveValues(desired), world.secrets);
  const folder = evidenceFolder(open.name, open.isEmbedded);
  const read = await Promise.all(roots.map((each) => readEvidence(each, folder)));
  const known = read.flatMap(({ evidence }) => evidence).filter(({ origin }) => origin === open.testedAt);
  const declared = declaredAssistants({ ...world, cwd: root }, { project, config, open, desired });
  const scenarios = declared.flatMap(({ assistant, scenarios }) => {
    const fingerprint = fingerprintOf({ assistant });
    const own = known.filter((each) => each.fingerprint === fingerprint);
    return [...scenarios].map(([id, { parts }]): [string, SideScenario] => {
      const shown = newestOf(own, id, parts);
      return [id, { assistant, scenario: parts, shown: isTimed(config) ? shown : untimed(shown) }];
    });
  });
  return { world: { ...world, cwd: root }, project, config, scenarios: new Map(scenarios) };
}

/** False when a script answers instead of a model: its time depends on the machine, not on the assistant. */
function isTimed({ server, model = "script" }: ResolvedTarget): boolean {
  return server !== "embedded" || model === "openai";
}

function untimed(shown: Shown | null): Shown | null {
  return shown && { ...shown, measures: { ...shown.measures, latency: null } };
}

/** The newest evidence of a scenario in its current form. */
function newestOf(own: readonly Evidence[], id: string, parts: SideScenario["scenario"]): Shown | null {
  const all = own.flatMap(({ scenarios }) => {
    const shown = scenarios.get(id);
    const isSame = shown?.scenario != null && changedParts(shown.scenario, parts).length === 0;
    return shown !== undefined && isSame ? [{ ...shown, source: "evidence" as const }] : [];
  });
  return all.toSorted((one, other) => (one.at < other.at ? 1 : -1))[0] ?? null;
}

/** The number of recordings replayed in parallel. */
const jobs = 8;

/** The side, with the results of replayed recordings for scenarios without evidence. Stale recordings are ignored. */
async function replayed(
  { world, project, config, scenarios }: OpenSide,
  ids: readonly string[],
): Promise<BehaviourSide> {
  const missing = new Set(ids.filter((id) => scenarios.get(id)?.shown === null));
  const { recordings } = loadRecordings(project.root, missing);
  const isRecorded = (id: string) => recordings.get(id)?.target === config.name;
  const all = expandAll(project, config, () => false).filter(({ id }) => missing.has(id) && isRecorded(id));
  if (all.length === 0) return scenarios;
  const toRun = withRuns(all, { replay: true });
  const { fingerprints } = await whatIsTested(world, project, config, toRun, {});
  const price = (model: string) => priceOf(project, config, model);
  const deps = replayDeps(world, project, { toRun, fingerprints, priceOf: price });
  const today = new Date(world.now()).toISOString().slice(0, 10);
  const options = { jobs, bail: null, trying: tryingOf({ replay: true }), today };
  const shown = new Map(scenarios);
  for await (const result of resultsOf(world, toRun, deps, options)) {
    const found = evidenceIn(result, { at: recordings.get(result.id)?.recorded ?? "", run: "", playbill: "" });
    const own = scenarios.get(result.id);
    if (found !== null && own !== undefined) {
      shown.set(result.id, { ...own, shown: { ...found, source: "recording" } });
    }
  }
  return shown;
}
