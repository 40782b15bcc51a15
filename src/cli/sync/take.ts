import { fail } from "../../problem.ts";
import type { Take } from "../../sync/plan/plan-format.ts";

/**
 * A command line in which `--take SIDE ADDRESS` is one flag with one value: options of commands take one word, or all that
 * follow, and the addresses that follow select what to plan.
 */
export function joinTake(argv: readonly string[]): string[] {
  const [flag, side, address, ...rest] = argv;
  if (flag === undefined || flag === "--") return [...argv];
  if (flag !== "--take" || (side !== "ours" && side !== "theirs") || address === undefined || address.startsWith("-"))
    return [flag, ...joinTake(argv.slice(1))];
  return [flag, `${side} ${address}`, ...joinTake(rest)];
}

/** Reads the values of `--take`: `ours ADDRESS` or `theirs ADDRESS` each. */
export function parseTake(values: readonly string[] = []): Record<string, Take> {
  return Object.fromEntries(
    values.map((value): [string, Take] => {
      const [side, address, ...rest] = value.split(" ");
      const isSide = side === "ours" || side === "theirs";
      if (isSide && address !== undefined && address !== "" && rest.length === 0) return [address, side];
      return fail(
        "bad_flag",
        isSide ? `--take ${side} needs an address` : `--take needs "ours" or "theirs" before ${value}`,
        { hint: `For example: --take ${isSide ? side : "ours"} assistant.weather` },
      );
    }),
  );
}
