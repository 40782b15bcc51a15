import { fitsGlob } from "../../kit/glob.ts";
import { type Problem, problem } from "../../problem.ts";

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
