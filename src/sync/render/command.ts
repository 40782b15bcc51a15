import type { Plan } from "../plan/plan-format.ts";

/** What a command is made of. */
export interface Repeated extends Pick<Plan, "mode" | "target" | "prune" | "take"> {
  /** Flags that the command was given and that one which goes on from it needs too, such as `--gate`. */
  kept?: readonly string[];
}

/**
 * The command that makes a plan of this kind and carries it out, with these flags; of a sync, for these addresses. How edits at the target
 * were decided stays, unless the flags decide again.
 */
export function commandFor(
  { mode, target, prune, take, kept = [] }: Repeated,
  flags: readonly string[],
  ...addresses: readonly string[]
): string {
  const decided = flags.includes("--take")
    ? []
    : Object.entries(take).flatMap(([each, side]) => ["--take", side, each]);
  const repeated = kept.filter((flag) => !flags.includes(flag));
  return ["playbill", ...wordsOf(mode, addresses, prune), ...decided, ...repeated, ...flags, `--target ${target}`].join(
    " ",
  );
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
