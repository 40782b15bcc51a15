import type { Path } from "../project/project.ts";

/** The verdict on one expectation. Plain JSON. */
export interface Verdict {
  /** From 1; `null` for the entire conversation. */
  turn: number | null;
  /** The subject of the expectation: the key under `expect`, or `save`. */
  subject: string;
  /** The place of the expectation in the scenario's file. */
  path: Path;
  /** `warn` is reported but does not fail the scenario. */
  severity: "gate" | "warn";
  /** Also false when undecided. */
  pass: boolean;
  /** Set when it could not be judged, which tells nothing about the assistant. */
  undecided?: true;
  expected: unknown;
  actual: unknown;
  /** A sentence on what was expected and what happened instead; for an expectation that holds, on what holds. */
  sentence: string;
  /** The closest match, if that adds information. */
  nearest: string | null;
  /**
   * What best shows a failure besides its sentence: the difference of expected and actual; what is missing from the actual text; the
   * actual text around what should not be there; or nothing.
   */
  shows: "difference" | "missing_part" | "unwanted_part" | "nothing";
}

/** The finding of one judgement, before it is assigned to a turn. */
export interface Finding {
  /** Relative to the subject's own place. */
  at: Path;
  pass: boolean;
  /** Set when it could not be judged. */
  undecided?: true;
  expected: unknown;
  actual: unknown;
  sentence: string;
  nearest?: string;
  /** Set when it differs from that of the expectation. */
  severity?: "gate" | "warn";
  /** Default: nothing. */
  shows?: Verdict["shows"];
  /** Its place in the scenario's file, instead of `at`. */
  path?: Path;
}

type Judged = Pick<Verdict, "pass" | "severity" | "undecided">;

/** True when a gate does not hold. */
export function hasFailedGate(verdicts: readonly Judged[]): boolean {
  return verdicts.some(({ pass, severity, undecided }) => !pass && severity === "gate" && undecided !== true);
}

/** True when a gate could not be judged. */
export function hasUndecidedGate(verdicts: readonly Judged[]): boolean {
  return verdicts.some(({ severity, undecided }) => severity === "gate" && undecided === true);
}
