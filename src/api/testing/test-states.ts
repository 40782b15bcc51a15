import { type Problem, problem } from "../../problem.ts";
import type { Desired } from "../../resources/resource.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import { type DeclaredAssistant, type TestState, testStateOf } from "../../scenarios/evidence/evidence.ts";
import { evidenceFolder, readEvidence } from "../../scenarios/evidence/evidence-file.ts";
import { testStateText } from "../../scenarios/evidence/words.ts";
import { skipReason } from "../../scenarios/selection/select.ts";
import { type Plan, type PlannedResource, changesOf, isCarriedOut } from "../../sync/plan/plan-format.ts";
import { commandFor } from "../../sync/render/command.ts";
import type { Context } from "../context.ts";
import { assistantAddress, expandAll } from "../expansion.ts";
import type { EvidencePlace } from "./evidence.ts";
import { createFingerprints } from "./fingerprints.ts";
import { soundQuarantine } from "./quarantine.ts";

/** Whether each assistant is tested as the files declare it, by its address. */
export type TestStates = ReadonlyMap<string, TestState>;

/** Whether each assistant is tested as the files declare it, by its address; the evidence is in `root`. Tells warnings about what cannot be used. */
export async function readTestStates(
  context: Context,
  place: EvidencePlace,
  root = place.project.root,
): Promise<TestStates> {
  const { open } = place;
  const { evidence, problems } = await readEvidence(root, evidenceFolder(open.name, open.isEmbedded));
  if (problems.length > 0) context.tell({ kind: "warnings", problems });
  const declared = declaredAssistants(context, place);
  return new Map(declared.map((each) => [`assistant.${each.name}`, testStateOf(each, evidence)]));
}

/** Every assistant of a place, with the scenarios that reach it and whose verdict counts. */
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
      (each) => [each.id, { parts: of(each).scenario, runs: each.repeat.runs }] as const,
    );
    const name = address.slice(address.indexOf(".") + 1);
    const assistant = assistantParts(address);
    return [{ name, origin: open.target.origin, assistant, scenarios: new Map(scenarios) }];
  });
}

/** The assistants that a plan changes, or whose files and stores it does, and through which of those; an address names itself. */
export function touchedAssistants({
  resources,
  prune,
}: Pick<Plan, "resources" | "prune">): Map<string, readonly string[]> {
  const byAddress = new Map(resources.map((each) => [each.address, each]));
  const isWritten = (address: string): boolean => {
    const resource = byAddress.get(address);
    return resource !== undefined && resource.action !== "delete" && changes(resource, prune);
  };
  const needs = (address: string): string[] => {
    const { depends_on: direct = [] } = byAddress.get(address) ?? {};
    return [address, ...direct.flatMap(needs)];
  };
  const assistants = resources.filter(({ kind, action }) => kind === assistantKind.name && action !== "delete");
  const touched = assistants.map(({ address }) => [address, [...new Set(needs(address).filter(isWritten))]] as const);
  return new Map(touched.filter(([, through]) => through.length > 0));
}

function changes(resource: PlannedResource, prune: boolean): boolean {
  if (!isCarriedOut(resource, prune)) return false;
  return resource.action === "create" || resource.action === "replace" || changesOf(resource).length > 0;
}

/** Whether what a plan writes is tested, in a few words, by the address of each resource that it writes. */
export function testRemarks(plan: Plan, states: TestStates): Map<string, string> {
  const remarks = new Map<string, string[]>();
  for (const [assistant, through] of touchedAssistants(plan)) {
    const state = states.get(assistant);
    if (state === undefined) continue;
    for (const address of through) {
      const words = testStateText(state);
      remarks.set(address, [...(remarks.get(address) ?? []), address === assistant ? words : `${assistant} ${words}`]);
    }
  }
  return new Map([...remarks].map(([address, words]) => [address, words.join("; ")]));
}

/** The desired resources, each with what shows that it may be written: that it is tested, or why it may be although it is not. */
export function withProofs(
  desired: readonly Desired[],
  plan: Plan,
  { states, reason }: { states: TestStates; reason: string | undefined },
): Desired[] {
  const proofs = new Map<string, string>();
  for (const [assistant, through] of touchedAssistants(plan)) {
    const proof = proofOf(states.get(assistant), reason);
    if (proof === null) continue;
    // What several assistants share is tested when all of them are.
    for (const each of through) if (proofs.get(each)?.startsWith("untested:") !== true) proofs.set(each, proof);
  }
  return desired.map((each) => {
    const proof = proofs.get(each.address);
    return proof === undefined ? each : { ...each, proof };
  });
}

/** A marker has room for so much of a reason. */
const longestReason = 120;

function proofOf(state: TestState | undefined, reason: string | undefined): string | null {
  if (state?.kind === "tested") return `tested:${state.fingerprint}`;
  return reason === undefined ? null : `untested:${encoded(reason)}`;
}

/** A reason as one word, cut where it gets too long. */
function encoded(reason: string): string {
  const parts = Array.from(reason.trim(), encodeURIComponent);
  let length = 0;
  return parts.filter((part) => (length += part.length) <= longestReason).join("");
}

/** A refusal for each assistant that a plan changes without being tested; none when somebody said why that may be. */
export function untestedProblems(plan: Plan, states: TestStates, reason: string | undefined): Problem[] {
  if (reason !== undefined) return [];
  return [...touchedAssistants(plan).keys()].flatMap((address) => {
    const state = states.get(address);
    if (state === undefined || state.kind === "tested") return [];
    const run =
      state.kind === "untested" && state.missing.length === 0 ? null : commandFor(plan, ["--gate"], ...plan.selectors);
    const hint = [
      run === null ? `Write a scenario for it.` : `To run its scenarios first: ${run}`,
      `To sync it all the same, say why: ${commandFor(plan, ["--require-tested", '--allow-untested "..."'], ...plan.selectors)}`,
    ].join("\n");
    return [problem("untested", `${address} is not tested as it would be synced: ${testStateText(state)}`, { hint })];
  });
}
