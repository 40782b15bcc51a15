import { fitsGlob } from "../../kit/glob.ts";
import { type Problem, problem } from "../../problem.ts";
import type { PlannedResource } from "./plan-format.ts";

/** True for an address that is selected literally or by a glob (`*` any text, `?` one character). No selectors select all. */
export function isSelected(address: string, selectors: readonly string[]): boolean {
  return selectors.length === 0 || selectors.some((selector) => fitsGlob(address, selector));
}

/** A problem for each selector that selects nothing. */
export function checkSelectors(selectors: readonly string[], addresses: readonly string[]): Problem[] {
  return selectors
    .filter((selector) => !addresses.some((address) => isSelected(address, [selector])))
    .map((selector) =>
      problem("unknown_address", `nothing has the address "${selector}"`, {
        hint: addresses.length === 0 ? "The project declares nothing." : `There is: ${addresses.join(", ")}`,
      }),
    );
}

/**
 * The addresses that a plan of these selectors may involve: the selected ones, what they refer to and what refers to them, transitively.
 * `referencesOf` returns what an address refers to.
 */
export function addressesAround(
  selectors: readonly string[],
  addresses: readonly string[],
  referencesOf: (address: string) => readonly string[],
): ReadonlySet<string> {
  if (selectors.length === 0) return new Set(addresses);
  const uses = addresses.flatMap((from) => referencesOf(from).map((to) => [from, to] as const));
  const usersOf = Map.groupBy(uses, ([, to]) => to);
  const reached = new Set(addresses.filter((address) => isSelected(address, selectors)));
  for (const each of reached) {
    for (const used of referencesOf(each)) reached.add(used);
    for (const [user] of usersOf.get(each) ?? []) reached.add(user);
  }
  return reached;
}

/** The selected resources with everything they need: what they refer to, and what refers to a replaced one. */
export function withNeeded<R extends Pick<PlannedResource, "address" | "action" | "depends_on">>(
  planned: readonly R[],
  selectors: readonly string[],
): R[] {
  if (selectors.length === 0) return [...planned];
  const declared = new Map(
    planned.flatMap((each) => (each.action === "delete" ? [] : [[each.address, each] as const])),
  );
  const needed = new Set(planned.filter(({ address }) => isSelected(address, selectors)));
  for (const each of needed) {
    for (const address of each.depends_on) if (declared.has(address)) needed.add(declared.get(address)!);
    if (each.action !== "replace") continue;
    for (const other of planned) if (other.depends_on.includes(each.address)) needed.add(other);
  }
  return [...needed];
}
