import { problemCodes, type ExpectationCode, type ProblemCode } from "./problem-codes.ts";
import { mayPass } from "./kit/retry.ts";
import { isProblemCode } from "./problem-codes.ts";
import type { CodeEntry, ProblemKind } from "./problem-kinds.ts";

/** A position in a file of the project. `line` and `column` count from 1; `length` is in characters; `text` is the whole source line. */
export interface Place {
  file: string;
  line: number;
  column: number;
  length: number;
  text: string;
}

/** What an API said about its own refusal, kept as it was. */
export interface ApiError {
  status: number | null;
  type: string | null;
  code: string | null;
  param: string | null;
  requestId: string | null;
}

/** A command line that repairs a problem, or one way of several: nothing in it has to be filled in. */
export interface Fix {
  /** What the command does, in the words of the hint: `To keep it`. */
  purpose: string;
  /** A line for a shell, which begins with `playbill`. */
  command: string;
}

/** Something that went wrong: where, what, and what to do. */
export interface Problem {
  /** Of its code. */
  kind: ProblemKind;
  severity: "error" | "warning";
  code: ProblemCode | ExpectationCode;
  message: string;
  hint?: string;
  /** The lines of the hint that are commands. */
  fix?: readonly Fix[];
  place?: Place;
  /** The value printed under the carets, when it says more than `hint` (for example `did you mean "temperature"?`). */
  label?: string;
  api?: ApiError;
  /** Set when it concerns everything at a target: whatever else would be asked of it fails the same way. */
  scope?: "target";
  /** Set when another try would end the same way, and `api` does not say so. */
  final?: true;
}

/** The problems without those that say the same of the same place: a text that six files share is wrong once. */
export function uniqueProblems(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ code, message, place }) => {
    const key = JSON.stringify([code, message, place?.file, place?.line, place?.column]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** Carries problems up to the command that reports them. Anything else that is thrown is a bug. */
export class ProblemError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    const unique = uniqueProblems(problems);
    super(unique.map(({ code, message }) => `[${code}] ${message}`).join("\n"), options);
    this.name = "ProblemError";
    this.problems = unique;
  }
}

/** Makes a problem, with the kind and the severity of its code; `more` adds place, hint, label, the API's own words or another severity. */
export function problem(
  code: ProblemCode,
  message: string,
  more: Partial<Omit<Problem, "kind" | "code" | "message">> = {},
): Problem {
  const { kind, severity }: CodeEntry = problemCodes[code];
  return { kind, severity, code, message, ...more };
}

/** What to do about a problem: the lines of its hint, of which the commands are its `fix` too. */
export function advice(...lines: readonly (string | Fix)[]): Pick<Problem, "hint" | "fix"> {
  const fix = lines.filter((line) => typeof line !== "string");
  const hint = lines.map((line) => (typeof line === "string" ? line : `${line.purpose}: ${line.command}`)).join("\n");
  return fix.length === 0 ? { hint } : { hint, fix };
}

/** Throws one problem. */
export function fail(...args: Parameters<typeof problem>): never {
  throw new ProblemError([problem(...args)]);
}

/** The same problem, where what it is about is done all the same. */
export function asWarning(each: Problem): Problem {
  return { ...each, severity: "warning" };
}

/** True when the same command may succeed later although nobody has changed anything: the cause is often gone by then. */
export function isRetryable({ code, api, final }: Problem): boolean {
  if (final === true || !isProblemCode(code)) return false;
  const entry: CodeEntry = problemCodes[code];
  return entry.retryable === true && (api === undefined || api.status === null || mayPass(api.status, null));
}

const exitCodes: Record<ProblemKind, number> = { failed: 1, refused: 3, input: 4, remote: 5 };

/** The exit code for what went wrong: wrong input outranks an unreachable target, which outranks a refusal, then a failure. */
export function exitCodeOf(problems: readonly Problem[]): number {
  const errors = problems.filter(({ severity }) => severity === "error");
  const rank: ProblemKind[] = ["input", "remote", "refused", "failed"];
  const worst = rank.find((kind) => errors.some((each) => each.kind === kind));
  return worst === undefined ? 0 : exitCodes[worst];
}
