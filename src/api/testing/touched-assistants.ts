import { assistantKind } from "../../resources/assistant/kind.ts";
import { isSameField } from "../../resources/canonical-fields.ts";
import {
  type Field,
  bindReferences,
  fieldValue,
  fieldsOf,
  isHidden,
  isUnfinished,
  referencesOf,
} from "../../resources/fields.ts";
import { fileKind } from "../../resources/file/kind.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import { type Desired, kindNamed } from "../../resources/resource.ts";
import { isPartUnseen } from "../../scenarios/fingerprint.ts";
import { type PlannedResource, changesOf, driftOf, idOf as idIn, isCarriedOut } from "../../sync/plan/plan-format.ts";
import type { Planning } from "../planning.ts";

/** A plan with its inputs. */
export type Planned = Awaited<ReturnType<Planning["plan"]>>;

/** The effect of a plan on the behaviour of an assistant. */
export interface Touched {
  /** The written addresses: the assistant's own, or those of its files and stores. */
  through: readonly string[];
  /** The fields that would still differ from the declaration afterwards, so that tests would not cover the result. */
  left: readonly string[];
}

/** Fields that refer to files. */
const holdsFiles = new Set(["files", "tools"]);

/** The assistants whose behaviour a plan changes, even if they are not in it themselves, by address. */
export function touchedAssistants(planned: Planned, desired: readonly Desired[]): Map<string, Touched> {
  const { plan, live, lock } = planned;
  const byAddress = new Map(plan.resources.map((each) => [each.address, each]));
  const declared = new Map(desired.map((each) => [each.address, each]));
  const liveById = new Map(live.map((each) => [each.id, each]));
  const idOf = (address: string): string => {
    const resource = byAddress.get(address);
    return (resource && idIn(resource)) ?? lock.resources[address]?.id ?? address;
  };
  const isWritten = (address: string): boolean => {
    const resource = byAddress.get(address);
    return resource !== undefined && resource.action !== "delete" && changes(resource, plan.prune);
  };
  const needs = (address: string): string[] => {
    const each = declared.get(address);
    if (each === undefined) return [address];
    return [address, ...referencesOf(kindNamed(resourceKinds, each.kind), each.spec).flatMap(needs)];
  };

  /** The fields of an object that affect behaviour, differ from the declaration, and are not changed by the plan. */
  function leftOf(address: string): Field[] {
    const [wanted, found, resource] = [declared.get(address), liveById.get(idOf(address)), byAddress.get(address)];
    const isWhole = resource?.action === "create" || resource?.action === "replace";
    if (wanted === undefined || found === undefined || isWhole) return [];
    const kind = kindNamed(resourceKinds, wanted.kind);
    const bound = bindReferences(kind, wanted.spec, idOf);
    const isCarried = resource !== undefined && isCarriedOut(resource, plan.prune);
    const written = new Set(isCarried ? changesOf(resource).map(({ field }) => field) : []);
    // Undecided conflicts block the plan anyway.
    const undecided = resource === undefined ? [] : driftOf(resource).filter(({ take }) => take === null);
    const open = new Set(undecided.map(({ field }) => field));
    return [...new Set([...fieldsOf(kind, bound), ...fieldsOf(kind, found.spec)])].filter(
      (field) =>
        !isPartUnseen(field) &&
        field !== "expires_after" &&
        !isHidden(kind, field) &&
        !written.has(field) &&
        !open.has(field) &&
        !isSameField(kind, field, bound, found.spec) &&
        !isUnfinished(kind, field, found.spec, fieldValue(kind, bound, field)),
    );
  }

  // Servers remove a deleted file from the objects that use it.
  const deleted = plan.resources.filter(
    (each) => each.kind === fileKind.name && each.action === "delete" && isCarriedOut(each, plan.prune),
  );
  const touched = new Map<string, Touched>();
  for (const { kind, address } of desired) {
    const isThere = byAddress.has(address) || lock.resources[address] !== undefined;
    if (kind !== assistantKind.name || !isThere) continue;
    const all = [...new Set(needs(address))];
    const written = all.filter(isWritten);
    const mayLose =
      deleted.length > 0 &&
      written.length === 0 &&
      all.some((each) => leftOf(each).some((field) => holdsFiles.has(field)));
    const through = mayLose ? deleted.map((each) => each.address) : written;
    if (through.length === 0) continue;
    const left = all.flatMap((each) => leftOf(each).map((field) => (each === address ? field : `${field} of ${each}`)));
    touched.set(address, { through, left });
  }
  return touched;
}

function changes(resource: PlannedResource, prune: boolean): boolean {
  if (!isCarriedOut(resource, prune)) return false;
  return ["create", "replace", "adopt"].includes(resource.action) || changesOf(resource).length > 0;
}
