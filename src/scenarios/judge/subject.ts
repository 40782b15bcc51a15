import type { Scope } from "../../project/expression.ts";
import type { Path } from "../../project/project.ts";
import { ProblemError } from "../../problem.ts";
import type { ExpandedScenario } from "../expand.ts";
import { fill } from "../fill.ts";
import type { Finding, Subject, Verdict } from "./verdict.ts";
import { isObject } from "../../kit/json.ts";

/** What is being judged, and what its expressions may read. */
export interface Bench {
  scenario: ExpandedScenario;
  /** From 1; `null` for the whole conversation. */
  turn: number | null;
  scope: Scope;
}

/** Judges what is written at `path`, if anything is. An expression in it that cannot be evaluated is an expectation that does not hold. */
export function judgeSubject<T>(
  bench: Bench,
  subject: Subject,
  path: Path,
  written: T | undefined,
  judge: (expected: T) => Finding[],
): Verdict[] {
  if (written === undefined) return [];
  const severity = isObject(written) && written["severity"] === "warn" ? "warn" : "gate";
  return judgeFilled(bench, path, written, judge).map(({ at, nearest, ...rest }) => ({
    turn: bench.turn,
    subject,
    path: path.concat(at),
    severity: rest.severity ?? severity,
    pass: rest.pass,
    expected: rest.expected,
    actual: rest.actual,
    sentence: rest.sentence,
    nearest: nearest ?? null,
  }));
}

function judgeFilled<T>(
  { scenario, scope }: Bench,
  path: Path,
  written: T,
  judge: (expected: T) => Finding[],
): Finding[] {
  try {
    return judge(fill(scenario.declared, path, written, scope));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const sentence = `an expression could not be evaluated: ${error.problems[0]?.message}`;
    return [{ at: [], pass: false, expected: written, actual: null, sentence }];
  }
}
