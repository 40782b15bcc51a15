import type { Plan } from "../plan/plan-format.ts";

/**
 * The command that makes a plan of this kind and carries it out, with these flags; of a sync, for these addresses. How edits at the target
 * were decided stays, unless the flags decide again.
 */
export function commandFor(
  { mode, target, prune, take }: Pick<Plan, "mode" | "target" | "prune" | "take">,
  flags: readonly string[],
  ...addresses: readonly string[]
): string {
  const decided = flags.includes("--take")
    ? []
    : Object.entries(take).flatMap(([each, side]) => ["--take", side, each]);
  return ["playbill", ...wordsOf(mode, addresses, prune), ...decided, ...flags, `--target ${target}`].join(" ");
}

function wordsOf(mode: Plan["mode"], addresses: readonly string[], prune: boolean): string[] {
  switch (mode.kind) {
    case "sync":
      return ["sync", ...addresses, ...(prune ? ["--prune"] : [])];
    case "destroy":
      return ["destroy"];
    case "restore":
      return ["restore", mode.snapshot];
    case "rollback":
      return ["rollback", ...addresses, `--to ${mode.to}`];
  }
}
