import { asList, asObject, isObject, type JsonObject, objectsOf, parseJson } from "../../../kit/json.ts";
import { parseJsonText } from "../../../project/json-text.ts";
import { type Problem, ProblemError } from "../../../problem.ts";
import type { Remark } from "../suite.ts";

/** An object found in the files of an eval; `lineOf` returns the line of a part of it, from 1. */
export interface Found {
  value: JsonObject;
  file: string;
  lineOf(this: void, path: readonly (string | number)[]): number;
}

/** The contents of eval files. */
export interface EvalDocuments {
  evals: Found[];
  runs: Found[];
  /** Rows of data, each with its `item`. */
  items: Found[];
  /** Lines and parts that are something else. */
  missing: Remark[];
}

/**
 * Sorts the contents of JSON and JSONL files: definitions as in API requests and responses, runs, and rows of data. An invalid line of JSONL becomes a
 * remark; an invalid JSON file is a ProblemError.
 */
export function evalDocuments(files: readonly { file: string; text: string }[]): EvalDocuments {
  const found: EvalDocuments = { evals: [], runs: [], items: [], missing: [] };
  const problems: Problem[] = [];
  for (const { file, text } of files) {
    if (/\.jsonl$|\.ndjson$/i.test(file)) readLines(file, text, found);
    else {
      const { value, problems: wrong, place } = parseJsonText(file, text);
      problems.push(...wrong);
      const lineOf = (path: readonly (string | number)[]) => place(path).line;
      if (wrong.length === 0) sort(value, { file, lineOf }, [], found);
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return found;
}

function readLines(file: string, text: string, found: EvalDocuments): void {
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const value = parseJson(line);
    const lineOf = () => index + 1;
    if (isObject(value)) sort(value, { file, lineOf }, [], found, true);
    else found.missing.push({ file, line: index + 1, what: "a row", why: "the line is not a JSON object" });
  }
}

type Path = readonly (string | number)[];

function sort(
  value: unknown,
  { file, lineOf }: Omit<Found, "value">,
  path: Path,
  found: EvalDocuments,
  isRow = false,
): void {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) sort(each, { file, lineOf }, [...path, index], found, isRow);
    return;
  }
  const object = asObject(value);
  const own: Found = { value: object, file, lineOf: (inner) => lineOf([...path, ...inner]) };
  if ("testing_criteria" in object) found.evals.push(own);
  else if ("data_source" in object) found.runs.push(own);
  else if (isObject(object["item"])) found.items.push(own);
  else if (isObject(object["datasource_item"]))
    found.items.push({ ...own, value: { item: object["datasource_item"] } });
  else if (isRow && Object.keys(object).length > 0) found.items.push({ ...own, value: { item: object } });
  else if (!sortParts(object, own, found)) {
    found.missing.push({
      file,
      line: lineOf(path),
      what: "a value",
      why: "it is not an eval, a run or a row of data",
    });
  }
}

/** Sorts the parts of a list response, or of a combined file. */
function sortParts(object: JsonObject, own: Found, found: EvalDocuments): boolean {
  const names = ["data", "eval", "evals", "run", "runs", "items", "output_items"].filter((name) => name in object);
  for (const name of names) sort(object[name], own, [name], found);
  return names.length > 0;
}

/** The rows that are contained in a run. */
export function itemsOfRun(run: Found): Found[] {
  const source = asObject(asObject(run.value["data_source"])["source"]);
  const path = ["data_source", "source", "content"];
  return objectsOf(asList(source["content"])).flatMap((value, index) =>
    isObject(value["item"])
      ? [{ value, file: run.file, lineOf: (inner) => run.lineOf([...path, index, ...inner]) }]
      : [],
  );
}
