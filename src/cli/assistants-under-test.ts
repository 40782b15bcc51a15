import { fail } from "../problem.ts";
import type { AssistantSpec } from "../resources/assistant/spec.ts";
import type { Desired } from "../resources/resource.ts";
import type { Lock } from "../sync/lock/lock.ts";
import type { TestedAssistant } from "../targets/target.ts";

/** Gives the assistant that a scenario talks to by its address; throws a ProblemError when there is none. */
export type AssistantLookup = (address: string) => TestedAssistant;

/** The assistants as they were synced. */
export function deployedAssistants(target: string, lock: Lock | null): AssistantLookup {
  return (address) => {
    const entry = lock?.resources[address];
    if (entry !== undefined) return entry.id;
    return fail("not_synced", `${address} is not synced to ${target}`, {
      hint: `Run playbill sync --target ${target} first, or leave out --deployed to test the files as they are.`,
    });
  };
}

/** The assistants as the files declare them. */
export function declaredAssistants(desired: readonly Desired<AssistantSpec>[]): AssistantLookup {
  const specs = new Map(desired.map(({ address, spec }) => [address, spec]));
  return (address) => {
    const spec = specs.get(address);
    if (spec === undefined) throw new Error(`no assistant ${address}`);
    return spec;
  };
}
