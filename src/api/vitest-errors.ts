import { join } from "node:path";
import { type Place, ProblemError } from "../problem.ts";
import { problemsText } from "./texts.ts";

/** Calls `work`; rethrows its problems in the form that vitest displays best. */
export async function located<T>(root: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const place = error.problems.find((each) => each.place !== undefined)?.place;
    throw errorAt(problemsText(error.problems), "playbill", root, place);
  }
}

/** An error whose stack points to a line of a YAML file, which vitest shows and editors open. */
export function errorAt(
  text: string,
  what: string,
  root: string,
  place: Pick<Place, "file" | "line" | "column"> | undefined,
): Error {
  const error = new Error(text);
  error.name = "Playbill";
  const at = place === undefined ? "" : `\n    at ${what} (${join(root, place.file)}:${place.line}:${place.column})`;
  error.stack = `${error.name}: ${text}${at}`;
  return error;
}
