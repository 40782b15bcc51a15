import type { Plan } from "../plan/plan-format.ts";

/** The parts of a command that repeats a plan. */
export interface Repeated extends Pick<Plan, "mode" | "target" | "prune" | "take"> {
  /** Flags of the original command that a follow-up command needs too, such as `--gate`. */
  kept?: readonly string[];
}

/**
 * The command that makes a plan of this kind and applies it, with these flags; for a sync, with these addresses. Decisions about edits at the target
 * are kept, unless the flags decide again.
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
