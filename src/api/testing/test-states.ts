import { type Problem, ProblemError, problem, type Fix, advice } from "../../problem.ts";
import type { Desired } from "../../resources/resource.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import { evidenceFolder, readEvidence } from "../../scenarios/evidence/evidence-file.ts";
import { testStateText } from "../../scenarios/evidence/words.ts";
import { skipReason } from "../../scenarios/selection/select.ts";
import type { Plan } from "../../sync/plan/plan-format.ts";
import { commandFor } from "../../sync/render/command.ts";
import type { Context } from "../context.ts";
import { assistantAddress, expandAll } from "../expansion.ts";
import { type LoadedBaseline, committedBaseline, loadBaseline } from "./baseline-file.ts";
import type { EvidencePlace } from "./evidence.ts";
import { createFingerprints } from "./fingerprints.ts";
import { soundQuarantine } from "./quarantine.ts";
import { type Planned, type Touched, touchedAssistants } from "./touched-assistants.ts";
import {
  type DeclaredAssistant,
  type TestState,
  baselineChanges,
  testStateOf,
} from "../../scenarios/evidence/test-state.ts";

/** The test state of an assistant, and the planned changes to its behavior; `through` is empty without any. */
export type PlannedTestState = TestState & Pick<Touched, "through">;

/** The states of all declared assistants, by address. */
export type TestStates = ReadonlyMap<string, PlannedTestState>;

/** Options for reading test states. */
export interface Looking {
  /** The root with evidence and baseline; default: that of the files. */
  root?: string;
  /** Throw for an unusable baseline; default: report a warning and use the scenarios' own rules. */
  isStrict?: boolean;
}

/**
 * The test state of each assistant after a plan, by address. Reports warnings about unusable evidence; throws a ProblemError for an
 * unusable baseline with `isStrict`.
 */
export async function readTestStates(
  context: Context,
  place: EvidencePlace,
  planned: Planned,
  { root = place.project.root, isStrict = false }: Looking = {},
): Promise<TestStates> {
  const { open } = place;
  const { evidence, problems } = await readEvidence(root, evidenceFolder(open.name, open.isEmbedded));
  if (problems.length > 0) context.tell({ kind: "warnings", problems });
  const touched = touchedAssistants(planned, place.desired);
  const declared = declaredAssistants(context, place);
  const loaded = await baselineAt(context, place, root).catch((error: unknown) => {
    if (isStrict || !(error instanceof ProblemError)) throw error;
    const warnings = error.problems.map((each) => ({ ...each, severity: "warning" as const }));
    context.tell({ kind: "warnings", problems: warnings });
    return null;
  });
  const changes = loaded === null ? new Map<string, never>() : baselineChanges(loaded.baseline, declared, evidence);
  return new Map(
    declared.map((each) => {
      const address = `assistant.${each.name}`;
      const { through, left } = touched.get(address) ?? { through: [], left: [] };
      const state = testStateOf(each, evidence, changes);
      const { fingerprint } = state;
      return [
        address,
        { ...(left.length === 0 ? state : { kind: "unlike", fingerprint, left, missing: [] }), through },
      ];
    }),
  );
}

/** The committed baseline of a target; `null` when it has none. Throws a ProblemError for an unusable one. */
export async function baselineAt(
  context: Context,
  { project, config, open }: Pick<EvidencePlace, "project" | "config" | "open">,
  root: string,
): Promise<LoadedBaseline | null> {
  const ids = new Set(expandAll(project, config, () => false).map(({ id }) => id));
  const owner = { project: project.name, target: open.name, isKnown: (id: string) => ids.has(id) };
  return loadBaseline(context, committedBaseline(root, open.name), owner);
}

/** Every declared assistant, with the scenarios that test it and whose verdict counts. */
export function declaredAssistants(
  context: Context,
  { project, config, open, desired }: EvidencePlace,
): DeclaredAssistant[] {
  const today = new Date(context.now()).toISOString().slice(0, 10);
  const all = expandAll(project, config, () => false);
  const ids = all.map(({ id }) => id);
  const quarantines = soundQuarantine(context, project, today, ids);
  const counting = all.filter((each) => skipReason(each, today) === null && !quarantines.has(each.id));
  const { of, assistantParts } = createFingerprints(project, { desired, lock: null }, context.secrets);
  const reaching = Map.groupBy(counting, assistantAddress);
  return desired.flatMap(({ kind, address }) => {
    if (kind !== assistantKind.name) return [];
    const scenarios = (reaching.get(address) ?? []).map(
      (each) => [each.id, { parts: of(each).scenario, repeat: each.repeat, observe: each.observe }] as const,
    );
    const name = address.slice(address.indexOf(".") + 1);
    const assistant = assistantParts(address);
    return [{ name, origin: open.testedAt, assistant, scenarios: new Map(scenarios) }];
  });
}

/** Short remarks on whether planned changes are tested, by the address of each resource. */
export function testRemarks(states: TestStates): Map<string, string> {
  const remarks = new Map<string, string[]>();
  for (const [assistant, state] of states) {
    for (const address of state.through) {
      const words = testStateText(state);
      remarks.set(address, [...(remarks.get(address) ?? []), address === assistant ? words : `${assistant} ${words}`]);
    }
  }
  return new Map([...remarks].map(([address, words]) => [address, words.join("; ")]));
}

/** The desired resources, each with its proof: that it is tested, or the reason for allowing it untested. */
export function withProofs(
  desired: readonly Desired[],
  { states, reason }: { states: TestStates; reason: string | undefined },
): Desired[] {
  const proofs = new Map<string, string>();
  for (const state of states.values()) {
    const proof = proofOf(state, reason);
    if (proof === null) continue;
    // A shared resource is tested when all assistants that use it are.
    for (const each of state.through) if (proofs.get(each)?.startsWith("untested:") !== true) proofs.set(each, proof);
  }
  return desired.map((each) => {
    const proof = proofs.get(each.address);
    return proof === undefined ? each : { ...each, proof };
  });
}

/** The maximum length of a reason in a marker. */
const longestReason = 120;

function proofOf(state: TestState, reason: string | undefined): string | null {
  if (state.kind === "tested") return `tested:${state.fingerprint}`;
  return reason === undefined ? null : `untested:${encoded(reason)}`;
}

/** A reason as one word, cut at the maximum length. */
function encoded(reason: string): string {
  const parts = Array.from(reason.trim(), encodeURIComponent);
  let length = 0;
  return parts.filter((part) => (length += part.length) <= longestReason).join("");
}

/** A refusal for each untested assistant that a plan changes; none when a reason was given. */
export function untestedProblems(plan: Plan, states: TestStates, reason: string | undefined): Problem[] {
  if (reason !== undefined) return [];
  return [...states].flatMap(([address, state]) => {
    if (state.through.length === 0 || state.kind === "tested") return [];
    const hint = advice(
      wayOut(plan, state),
      `To sync it all the same, say why: ${commandFor(plan, ["--require-tested", '--allow-untested "..."'], ...plan.selectors)}`,
    );
    return [problem("untested", `${address} is not tested in the state to sync: ${testStateText(state)}`, hint)];
  });
}

function wayOut(plan: Plan, state: TestState): string | Fix {
  if (state.kind === "unlike") {
    return "Let the files say what is there, or have it written too: with no addresses, and with --take ours for what was edited there.";
  }
  if (state.kind === "untested" && state.missing.length === 0) return "Write a scenario for it.";
  if (plan.mode.kind === "rollback") {
    return `To run its scenarios as they were: git checkout ${plan.mode.to}, then test it at ${plan.target}, and come back.`;
  }
  return { purpose: "To run its scenarios first", command: commandFor(plan, ["--gate"], ...plan.selectors) };
}
