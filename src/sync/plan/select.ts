import { fitsGlob } from "../../kit/glob.ts";
import { type Problem, problem } from "../../problem.ts";
import type { PlannedResource } from "./plan-format.ts";

/** Whether an address is selected: by itself or by a glob (`*` any text, `?` one character). No selectors select all. */
export function isSelected(address: string, selectors: readonly string[]): boolean {
  return selectors.length === 0 || selectors.some((selector) => fitsGlob(address, selector));
}

/** A problem for every selector that selects nothing. */
export function checkSelectors(selectors: readonly string[], addresses: readonly string[]): Problem[] {
  return selectors
    .filter((selector) => !addresses.some((address) => isSelected(address, [selector])))
    .map((selector) =>
      problem("unknown_address", `nothing has the address "${selector}"`, {
        hint: addresses.length === 0 ? "The project declares nothing." : `There is: ${addresses.join(", ")}`,
      }),
    );
}

/** The selected resources with all that they need: what they refer to, and what refers to one of them that is replaced. */
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
