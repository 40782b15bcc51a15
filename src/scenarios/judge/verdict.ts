import type { Path } from "../../project/project.ts";

/** What an expectation is about: the key under `expect`, or `save`. */
export const subjects = ["status", "tools", "reply", "code", "time", "usage", "check", "save"] as const;
export type Subject = (typeof subjects)[number];

/** What became of one expectation. Plain JSON. */
export interface Verdict {
  /** From 1; `null` for the whole conversation. */
  turn: number | null;
  subject: Subject;
  /** Where the expectation stands in the scenario's file. */
  path: Path;
  /** `warn` is reported and does not fail the scenario. */
  severity: "gate" | "warn";
  pass: boolean;
  expected: unknown;
  actual: unknown;
  /** What was expected and what was there instead; for an expectation that holds, what holds. */
  sentence: string;
  /** What came closest, when that says more. */
  nearest: string | null;
}

/** What one judgement found, before it is known where it belongs. `at` leads on from the subject's own place. */
export interface Finding {
  at: Path;
  pass: boolean;
  expected: unknown;
  actual: unknown;
  sentence: string;
  nearest?: string;
  /** When it is not the one of the subject. */
  severity?: "gate" | "warn";
}

/** True when something that must hold does not. */
export function hasFailedGate(verdicts: readonly Verdict[]): boolean {
  return verdicts.some(({ pass, severity }) => !pass && severity === "gate");
}
