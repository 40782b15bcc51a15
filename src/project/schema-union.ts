import type { Finding } from "./finding.ts";
import type { Path } from "./project.ts";
import { hasType, nameOf, unknownKey, unknownValue, wrongType } from "./schema-words.ts";
import type { Schema } from "./schema-words.ts";
import { isObject } from "../kit/json.ts";

/** One alternative of a union, and how to find everything in which the value differs from it. */
export interface Branch {
  schema: Schema;
  /** Of the value, or of another one in its place. */
  check: (candidate?: unknown) => Finding[];
}

/** What is wrong with a value that must fit one of several schemas: only what differs from the one that was meant. */
export function nearestBranch(branches: readonly Branch[], value: unknown, path: Path): Finding[] {
  const fitting = branches.filter(({ schema }) => schema.type === undefined || hasType(value, schema.type));
  if (fitting.length === 0)
    return [
      wrongType(
        branches.map(({ schema }) => schema.type ?? "object"),
        value,
        path,
      ),
    ];
  const hopeful = isObject(value) ? fitting.filter((branch) => requiredKeys(branch, value).missing === 0) : fitting;
  if (hopeful.some(({ check }) => check().length === 0)) return [];
  const open = fitting.filter(({ schema }) => !("const" in schema));
  if (open.length === 0)
    return [
      unknownValue(
        fitting.map(({ schema }) => schema.const),
        value,
        path,
      ),
    ];
  return isObject(value) ? nearestRecord(open, value, path) : nearest(open);
}

const nearest = (branches: Branch[]): Finding[] =>
  branches.map(({ check }) => check()).reduce((best, each) => (each.length < best.length ? each : best));

function requiredKeys({ schema: { required = [] } }: Branch, value: Record<string, unknown>) {
  const present = required.filter((key) => Object.hasOwn(value, key));
  return { present, missing: required.length - present.length };
}

/** Of several kinds of mapping, the one that was meant is the one whose required keys are there. */
function nearestRecord(branches: Branch[], value: Record<string, unknown>, path: Path): Finding[] {
  const present = (branch: Branch) => requiredKeys(branch, value).present.length;
  const most = Math.max(...branches.map(present));
  if (most === 0 && branches.every(({ schema }) => schema.required)) return unrecognised(branches, value, path);
  const meant = branches.filter((branch) => present(branch) === most);
  const anchor = meant[0]?.schema.required?.find((key) => Object.hasOwn(value, key)) ?? "";
  return nearest(meant).map((finding) =>
    finding.code === "unknown_key" && finding.path.length === path.length + 1
      ? strayKey(String(finding.path.at(-1)), anchor, branches, value, path)
      : finding,
  );
}

/** A key that is unknown in a mapping may have been meant as an item of the list that could stand there instead. */
export function hintAtList(finding: Finding, branches: readonly Branch[], value: unknown, path: Path): Finding {
  const key = finding.path[path.length];
  const isOwn = finding.code === "unknown_key" && finding.path.length === path.length + 1;
  if (!isOwn || finding.label !== undefined || typeof key !== "string" || !isObject(value)) return finding;
  if (Object.keys(value).some((each) => knownKeys(branches).includes(each))) return finding;
  const fits = branches.some(
    ({ schema, check }) => schema.type === "array" && check([{ [key]: value[key] }]).length === 0,
  );
  return fits ? { ...finding, hint: `Write it as a list: ${String(path.at(-1))}: [{ ${key}: ... }]` } : finding;
}

function unrecognised(branches: Branch[], value: Record<string, unknown>, path: Path): Finding[] {
  const known = knownKeys(branches);
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length > 0) return unknown.map((key) => unknownKey(key, known, value, path));
  const choices = branches.flatMap(({ schema }) => schema.required ?? []).map((key) => `"${key}"`);
  const message = `${nameOf(path)} needs ${[...new Set(choices)].join(" or ")}`;
  return [{ path, at: "key", code: "missing_key", message }];
}

function strayKey(
  key: string,
  anchor: string,
  branches: Branch[],
  value: Record<string, unknown>,
  path: Path,
): Finding {
  const known = knownKeys(branches);
  if (!known.includes(key)) return unknownKey(key, known, value, path);
  const message = `"${key}" does not go with "${anchor}"`;
  return { path: [...path, key], at: "key", code: "conflicting_keys", message };
}

const knownKeys = (branches: readonly Branch[]): string[] => [
  ...new Set(branches.flatMap(({ schema }) => Object.keys(schema.properties ?? {}))),
];
