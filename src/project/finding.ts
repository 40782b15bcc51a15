import { problem } from "../problem.ts";
import type { Place, Problem } from "../problem.ts";
import type { ProblemCode } from "../problem-codes.ts";
import type { Declared, Fragment, Path } from "./project.ts";

/** What is wrong at one place of one file, before the place is looked up. */
export interface Finding {
  path: Path;
  at?: "key" | "value" | Fragment;
  /** Where it is, when that is in another file. */
  place?: Place;
  /** When it is not that of the code. */
  severity?: Problem["severity"];
  code: ProblemCode;
  message: string;
  hint?: string;
  /** Printed under the carets. */
  label?: string;
}

/** The problem that a finding is, once it is known in which file. */
export function toProblem(declared: Pick<Declared<unknown>, "place">, finding: Finding): Problem {
  const { path, at, place, code, message, severity, hint, label } = finding;
  return problem(code, message, {
    ...(severity && { severity }),
    ...(hint !== undefined && { hint }),
    ...(label !== undefined && { label }),
    place: place ?? declared.place(path, at ?? "value"),
  });
}
