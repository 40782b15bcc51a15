import { fail, advice } from "../../problem.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import { type Desired, kindNamed } from "../../resources/resource.ts";
import type { Lock } from "../../sync/lock/lock.ts";
import type { TestedAssistant, TestRun } from "../../targets/target.ts";

/** Returns the assistant of a scenario by its address; throws a ProblemError when there is none. */
export type AssistantLookup = (address: string) => TestedAssistant;

/** The synced assistants. */
export function deployedAssistants(target: string, lock: Lock | null): AssistantLookup {
  return (address) => {
    const entry = lock?.resources[address];
    if (entry !== undefined) return entry.id;
    return fail(
      "not_synced",
      `${address} is not synced to ${target}`,
      advice(
        { purpose: "Sync it first", command: `playbill sync --target ${target}` },
        'Or test the files as they are: leave out "deployed".',
      ),
    );
  };
}

/** The assistants declared in the files. */
export function declaredAssistants(desired: readonly Desired[]): AssistantLookup {
  const own = desired.filter(({ kind }) => kind === assistantKind.name);
  const specs = new Map(own.map(({ address, spec }) => [address, spec as AssistantSpec]));
  return (address) => {
    const spec = specs.get(address);
    if (spec === undefined) throw new Error(`no assistant ${address}`);
    return spec;
  };
}

/** The resources that declared assistants refer to, by address. */
export function knowledgeIn(desired: readonly Pick<Desired, "kind" | "address" | "spec">[]): TestRun["resources"] {
  const others = desired.filter(({ kind }) => kind !== assistantKind.name);
  return new Map(others.map(({ kind, address, spec }) => [address, { kind: kindNamed(resourceKinds, kind), spec }]));
}

/** The same assistants, with another model. */
export function withModel(desired: readonly Desired[], model: string): Desired[] {
  return desired.map((each) => (each.kind === assistantKind.name ? { ...each, spec: { ...each.spec, model } } : each));
}
