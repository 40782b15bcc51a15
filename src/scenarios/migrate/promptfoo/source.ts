import { posix } from "node:path";
import { parseJsonText } from "../../../project/json-text.ts";
import { type Problem } from "../../../problem.ts";
import { parseYaml } from "../../../project/yaml.ts";
import type { Remark } from "../suite.ts";

/** The texts of files beside the suite, by path from its folder; `why` is the reason why one cannot be used. */
export type ReadText = (path: string) => { text: string } | { why: string };

/** A part of a suite, and its place; `lineOf` returns the line of a part of it, from 1. */
export interface Part {
  value: unknown;
  file: string;
  lineOf(this: void, path: readonly (string | number)[]): number;
}

/** A part of a part. */
export function partAt(
  { file, lineOf }: Omit<Part, "value">,
  value: unknown,
  path: readonly (string | number)[],
): Part {
  return { value, file, lineOf: (inner) => lineOf([...path, ...inner]) };
}

/** A remark about a part. */
export function remarkOn({ file, lineOf }: Omit<Part, "value">, what: string, why: string): Remark {
  return { file, line: lineOf([]), what, why };
}

/** Reads YAML or JSON, by the name of the file. */
export function parsePart(file: string, text: string): { part: Part; problems: readonly Problem[] } {
  const parsed = posix.extname(file) === ".json" ? parseJsonText(file, text) : parseYaml(file, text);
  const errors = parsed.problems.filter(({ severity }) => severity === "error");
  return { part: { value: parsed.value, file, lineOf: (path) => parsed.place(path).line }, problems: errors };
}

/** The path of a file that a suite names, without `file://`, or why it is not a file beside the suite. */
export function fileNamed(written: string): { path: string } | { why: string } {
  if (/^(?:https?|huggingface|package|s3|az|gs):/i.test(written))
    return { why: "it is not a local file: save it as a file beside the suite" };
  const path = written.replace(/^file:\/\//, "");
  if (posix.isAbsolute(path) || /^[A-Za-z]:[\\/]/.test(path))
    return { why: "its path is absolute: files must be beside the suite" };
  if (/[*?[\]{}]/.test(path)) return { why: "it is a pattern for several files: name each of them" };
  return { path: posix.normalize(path) };
}
