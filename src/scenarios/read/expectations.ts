import type { Path } from "../../project/project.ts";
import type { Expectation, Source, Subject } from "../subjects/subject.ts";

/** The expectations under one `expect`, in the order of the table of subjects; `sourceAt` returns the files around a place. */
export function readExpectations(
  known: readonly Subject[],
  about: "turn" | "conversation",
  written: Readonly<Record<string, unknown>> | undefined,
  path: Path,
  sourceAt: (path: Path) => Source,
): Expectation[] {
  return known.flatMap((subject) => {
    const expected = written?.[subject.name];
    if (expected === undefined || subject.schemas[about] === undefined) return [];
    const at = path.concat(subject.name);
    return subject.read(expected, at, sourceAt(at));
  });
}
