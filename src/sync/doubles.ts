import { compareText } from "../kit/json.ts";
import { type Problem, problem, advice } from "../problem.ts";
import type { Live, ResourceKind } from "../resources/resource.ts";
import type { Registry } from "../targets/target.ts";
import { type Scope, isTemporary, ownAddress } from "./marker.ts";

/** Several objects that carry the marker of one address, the oldest first. */
export interface Double {
  address: string;
  objects: readonly Live[];
}

/** The addresses of this project at this target that several objects carry: two syncs created them at once, or someone copied one. */
export function doublesIn(live: readonly Live[], scope: Pick<Scope, "project" | "target">): Double[] {
  const own = live.filter((each) => !isTemporary(each) && ownAddress(scope, each.marker?.owner) !== null);
  return [...Map.groupBy(own.toSorted(byAge), ({ marker }) => ownAddress(scope, marker?.owner) ?? "")]
    .filter(([, objects]) => objects.length > 1)
    .map(([address, objects]) => ({ address, objects }))
    .toSorted((a, b) => compareText(a.address, b.address));
}

/** Lists the kinds of these addresses again, and returns a problem for each address that several objects carry. */
export async function findDoubles(
  registry: Registry,
  kinds: readonly ResourceKind[],
  scope: Pick<Scope, "project" | "target">,
  addresses: ReadonlySet<string>,
): Promise<Problem[]> {
  const concerned = kinds.filter(({ name }) => [...addresses].some((address) => address.startsWith(`${name}.`)));
  const lists = await Promise.all(concerned.map((kind) => Array.fromAsync(registry.list(kind))));
  return doublesIn(lists.flat(), scope)
    .filter(({ address }) => addresses.has(address))
    .map(({ address, objects }) =>
      doubleProblem(
        address,
        objects.map(({ id }) => id),
        scope.target,
      ),
    );
}

/** The problem for an address that several objects carry; `ids` begin with the oldest. */
export function doubleProblem(address: string, ids: readonly string[], target: string): Problem {
  const message = `${address}: ${ids.length} objects at ${target} carry its marker: ${ids.join(", ")}`;
  return problem(
    "marker_twice",
    message,
    advice(
      "Two syncs created it at the same time, or someone copied it, which also copies the marker.",
      {
        purpose: "To keep the oldest and delete the others",
        command: `playbill state dedupe ${address} --target ${target}`,
      },
      "To keep a different one, set `adopt:` to its id in the YAML, then run the same command.",
    ),
  );
}

/** Compares by age, the oldest first; objects created in the same second are ordered by id. */
export function byAge(a: Pick<Live, "createdAt" | "id">, b: Pick<Live, "createdAt" | "id">): number {
  return a.createdAt - b.createdAt || compareText(a.id, b.id);
}
