/** How many runs of a scenario must pass: all, one of them, a number, or a percentage. */
export type PassRule =
  | { kind: "all" }
  | { kind: "any" }
  | { kind: "at_least"; count: number }
  | { kind: "share"; percent: number };

/** How many times a scenario runs for one verdict. */
export interface Repeat {
  runs: number;
  pass: PassRule;
}

/** The counts of runs that count: those that were carried out, whatever the assistant did. */
export interface Tally {
  passed: number;
  failed: number;
}

export const once: Repeat = { runs: 1, pass: { kind: "all" } };

/** Reads `all`, `any`, `>= 4` or `80%`, which the schema has checked. */
export function parsePassRule(written: string): PassRule {
  if (written === "all" || written === "any") return { kind: written };
  if (written.endsWith("%")) return { kind: "share", percent: Number(written.slice(0, -1)) };
  return { kind: "at_least", count: Number(written.slice(2)) };
}

/** The rule as it is written in a scenario. */
export function showPassRule(rule: PassRule): string {
  if (rule.kind === "at_least") return `>= ${rule.count}`;
  return rule.kind === "share" ? `${rule.percent}%` : rule.kind;
}

/** The number of runs that must pass. A percentage is rounded up, to at least one run. */
export function neededRuns({ runs, pass }: Repeat): number {
  switch (pass.kind) {
    case "all":
      return runs;
    case "any":
      return 1;
    case "at_least":
      return pass.count;
    case "share":
      // A product such as 0.07 * 100 is slightly too large, which must not add a run.
      return Math.max(1, Math.ceil((runs * pass.percent) / 100 - 1e-9));
  }
}

/** The minimum number of further runs until the verdict can be certain; 0 when it is. */
export function fewestMoreRuns(repeat: Repeat, { passed, failed }: Tally): number {
  const needed = neededRuns(repeat);
  return Math.max(0, Math.min(needed - passed, repeat.runs - needed + 1 - failed));
}

/**
 * The verdict that no longer depends on uncounted runs, which are still to come or could not be carried out. `null` while both
 * verdicts are possible.
 */
export function certainVerdict(repeat: Repeat, { passed, failed }: Tally): "passed" | "failed" | null {
  const needed = neededRuns(repeat);
  if (passed >= needed) return "passed";
  return failed > repeat.runs - needed ? "failed" : null;
}
