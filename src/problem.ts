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

/** An error returned by an API, unchanged. */
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

/** A problem: where, what, and what to do. */
export interface Problem {
  /** The kind of its code. */
  kind: ProblemKind;
  severity: "error" | "warning";
  code: ProblemCode | ExpectationCode;
  message: string;
  hint?: string;
  /** The lines of the hint that are commands. */
  fix?: readonly Fix[];
  place?: Place;
  /** The text printed under the carets, if it adds to `hint` (for example `did you mean "temperature"?`). */
  label?: string;
  api?: ApiError;
  /** Set when it affects the complete target: any other request to it would fail the same way. */
  scope?: "target";
  /** Set when a retry would fail the same way, and `api` does not show that. */
  final?: true;
}

/** The problems without duplicates at the same place: a text shared by six files is reported once. */
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

/** Creates a problem with the kind and severity of its code; `more` adds place, hint, label, the API's error or another severity. */
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

/** The same problem as a warning, for when the work continues. */
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

/** The exit code for problems: wrong input takes precedence over an unreachable target, then a refusal, then a failure. */
export function exitCodeOf(problems: readonly Problem[]): number {
  const errors = problems.filter(({ severity }) => severity === "error");
  const rank: ProblemKind[] = ["input", "remote", "refused", "failed"];
  const worst = rank.find((kind) => errors.some((each) => each.kind === kind));
  return worst === undefined ? 0 : exitCodes[worst];
}
