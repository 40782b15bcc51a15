import { isObject } from "../../kit/json.ts";
import { type Problem, ProblemError, fail, problem } from "../../problem.ts";
import { sortOf, surroundingsOf } from "./classify.ts";
import { readExported } from "./exported.ts";
import { faultOfPart, placeOfPart } from "./position.ts";
import { type Part, createSplitter } from "./split-json.ts";
import type { Mark, Staging } from "./staging.ts";
import type { Tally } from "./tally.ts";

/** The result of reading an export, besides the staged objects. */
export interface Found {
  /** Objects of the API that are not imported, and ignored keys of those that are. */
  leftOut: Tally;
  /** What is imported but has no effect here. */
  idle: Tally;
  /** Lists that announce more pages, with the position of their last object. */
  cuts: { mark: Mark; file: string }[];
}

/** The maximum number of problems reported for one file: they usually have one cause. */
const mostProblems = 20;

/**
 * Stages the objects of one file of an export; returns the number of API objects in it, and its problems. `name` is its name in problems,
 * `path` its path in the folder.
 */
export async function stageFile(
  staging: Staging,
  found: Found,
  { name, path, chunks }: { name: string; path: string; chunks: AsyncIterable<Uint8Array> },
): Promise<{ objects: number; problems: Problem[] }> {
  const splitter = createSplitter(name);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const problems: Problem[] = [];
  let objects = 0;
  const stage = (part: Part): void => {
    const staged = stagePart(staging, found, part, { name, path });
    if (staged === "object") objects += 1;
    else if (staged !== "around") problems.push(staged);
  };
  try {
    for await (const chunk of chunks) {
      splitter.feed(decoded(name, () => decoder.decode(chunk, { stream: true }))).forEach(stage);
      if (problems.length >= mostProblems) return { objects, problems };
    }
    splitter.feed(decoded(name, () => decoder.decode())).forEach(stage);
    splitter.end();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
  }
  return { objects, problems };
}

function decoded(name: string, decode: () => string): string {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return fail("not_utf8", `"${name}" is not UTF-8 text`, { hint: "Save it as UTF-8." });
  }
}

function stagePart(
  staging: Staging,
  found: Found,
  part: Part,
  { name, path }: { name: string; path: string },
): "object" | "around" | Problem {
  const value = parsed(name, part);
  if ("problem" in value) return value.problem;
  const place = placeOfPart(name, part);
  if (!isObject(value.value)) return problem("bad_export", "not an object of an Assistants API", { place });
  const sort = sortOf(value.value, part);
  switch (sort.kind) {
    case "around": {
      const mark = sort.isCut ? staging.mark() : null;
      if (mark !== null) found.cuts.push({ mark, file: name });
      return "around";
    }
    case "other":
      found.leftOut.note(sort.what, sort.id);
      return "object";
    case "foreign":
      return problem("bad_export", `this is ${sort.why}`, {
        place,
        hint: "An export is JSON as returned by the list calls of an Assistants API. Move other files out of the folder.",
      });
    case "movable": {
      const { movable: kind } = sort;
      const reading = readExported(kind, value.value, surroundingsOf(part, path));
      if (reading.kind === "faulty")
        return problem("bad_export", `this is not a valid ${kind} of an Assistants API: ${reading.faults.join(", ")}`, {
          place,
        });
      const { exported } = reading;
      const added = staging.add(exported, place);
      if (added.kind === "different") {
        const { file, line } = added.place;
        return problem("repeated_id", `${exported.key} is in the export twice, with different contents`, {
          place,
          hint: `The other one is at ${file}:${line}. Keep the one that you want.`,
        });
      }
      if (added.kind === "same") return "object";
      for (const what of exported.leftOut) found.leftOut.note(what, exported.key);
      for (const what of exported.idle) found.idle.note(what, exported.key);
      return "object";
    }
  }
}

function parsed(name: string, part: Part): { value: unknown } | { problem: Problem } {
  try {
    return { value: JSON.parse(part.text) as unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { problem: faultOfPart(name, part, error) };
  }
}
