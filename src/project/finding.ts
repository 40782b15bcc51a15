import { problem } from "../problem.ts";
import type { Place, Problem } from "../problem.ts";
import type { ProblemCode } from "../problem-codes.ts";
import type { Declared, Fragment, Path } from "./project.ts";

/** A fault at a path in a file, before its position is looked up. */
export interface Finding {
  path: Path;
  at?: "key" | "value" | Fragment;
  /** Its place, if that is in another file. */
  place?: Place;
  /** The severity, if it differs from that of the code. */
  severity?: Problem["severity"];
  code: ProblemCode;
  message: string;
  hint?: string;
  /** Printed under the carets. */
  label?: string;
}

/** The problem for a finding in a file. */
export function toProblem(declared: Pick<Declared<unknown>, "place">, finding: Finding): Problem {
  const { path, at, place, code, message, severity, hint, label } = finding;
  return problem(code, message, {
    ...(severity && { severity }),
    ...(hint !== undefined && { hint }),
    ...(label !== undefined && { label }),
    place: place ?? declared.place(path, at ?? "value"),
  });
}
