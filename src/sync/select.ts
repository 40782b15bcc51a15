import { type Problem, problem } from "../problem.ts";

/** Whether an address is selected: by itself or by a glob (`*` any text, `?` one character). No selectors select all. */
export function isSelected(address: string, selectors: readonly string[]): boolean {
  return selectors.length === 0 || selectors.some((selector) => globRegExp(selector).test(address));
}

/** A problem for every selector that selects nothing. */
export function checkSelectors(selectors: readonly string[], addresses: readonly string[]): Problem[] {
  return selectors
    .filter((selector) => !addresses.some((address) => isSelected(address, [selector])))
    .map((selector) =>
      problem("input", "unknown_address", `nothing has the address "${selector}"`, {
        hint: addresses.length === 0 ? "The project declares nothing." : `There is: ${addresses.join(", ")}`,
      }),
    );
}

function globRegExp(glob: string): RegExp {
  const source = glob.replaceAll(/[.*+?^${}()|[\]\\]/g, (each) => ({ "*": ".*", "?": "." })[each] ?? `\\${each}`);
  return new RegExp(`^${source}$`, "s");
}
