import type { Path } from "../project/project.ts";

/** What became of one expectation. Plain JSON. */
export interface Verdict {
  /** From 1; `null` for the whole conversation. */
  turn: number | null;
  /** What the expectation is about: the key under `expect`, or `save`. */
  subject: string;
  /** Where the expectation is in the scenario's file. */
  path: Path;
  /** `warn` is reported and does not fail the scenario. */
  severity: "gate" | "warn";
  /** False too for what is undecided. */
  pass: boolean;
  /** It could not be judged, which says nothing about the assistant. Absent when it could. */
  undecided?: true;
  expected: unknown;
  actual: unknown;
  /** What was expected and what was there instead; for an expectation that holds, what holds. */
  sentence: string;
  /** What came closest, when that says more. */
  nearest: string | null;
  /**
   * What shows a failure best beside its sentence: expected against actual; what is missing from the actual text; the actual text
   * around what should not be there; or nothing.
   */
  shows: "difference" | "missing_part" | "unwanted_part" | "nothing";
}

/** What one judgement found, before it is known where it belongs. */
export interface Finding {
  /** From the subject's own place. */
  at: Path;
  pass: boolean;
  /** It could not be judged. */
  undecided?: true;
  expected: unknown;
  actual: unknown;
  sentence: string;
  nearest?: string;
  /** When it is not the one of the expectation. */
  severity?: "gate" | "warn";
  /** Default: nothing. */
  shows?: Verdict["shows"];
  /** Instead of `at`: its place in the scenario's file. */
  path?: Path;
}

type Judged = Pick<Verdict, "pass" | "severity" | "undecided">;

/** True when something that must hold does not. */
export function hasFailedGate(verdicts: readonly Judged[]): boolean {
  return verdicts.some(({ pass, severity, undecided }) => !pass && severity === "gate" && undecided !== true);
}

/** True when it could not be judged whether something holds that must. */
export function hasUndecidedGate(verdicts: readonly Judged[]): boolean {
  return verdicts.some(({ severity, undecided }) => severity === "gate" && undecided === true);
}
