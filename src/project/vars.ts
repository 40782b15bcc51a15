import { isObject } from "../kit/json.ts";
import { isHideable, sensitiveShown, type Secrets } from "../kit/secrets.ts";
import type { Scope } from "./expression.ts";
import type { Path } from "./project.ts";

/** Variables for expressions, without the key that marks sensitive ones. */
export function varsOf(written: Scope = {}): Scope {
  const { sensitive: _, ...vars } = written;
  return vars;
}

/** The variables of `playbill.yaml` and of its targets, with their paths. */
export function allVars(settings: unknown): { path: Path; vars: Record<string, unknown> }[] {
  if (!isObject(settings)) return [];
  const { vars, targets } = settings;
  const ofTargets = isObject(targets) ? Object.entries(targets) : [];
  return [
    { path: ["vars"], vars },
    ...ofTargets.map(([name, target]) => ({
      path: ["targets", name, "vars"],
      vars: isObject(target) ? target["vars"] : undefined,
    })),
  ].flatMap(({ path, vars }) => (isObject(vars) ? [{ path, vars }] : []));
}

/** The names of sensitive variables: marked under any `vars` of `playbill.yaml`, they are sensitive at every target. */
export function sensitiveNames(settings: unknown): ReadonlySet<string> {
  const lists = allVars(settings).map(({ vars }) => vars["sensitive"]);
  return new Set(
    lists.flatMap((list: unknown) => (Array.isArray(list) ? list : [])).filter((name) => typeof name === "string"),
  );
}

/** Every value inside a sensitive variable that is neither a mapping nor a list, with its path. */
export function sensitiveLeaves(settings: unknown): { path: Path; value: unknown }[] {
  const names = sensitiveNames(settings);
  return allVars(settings).flatMap(({ path, vars }) =>
    Object.entries(vars).flatMap(([name, value]) => (names.has(name) ? leavesOf(value, [...path, name]) : [])),
  );
}

function leavesOf(value: unknown, path: Path): { path: Path; value: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => leavesOf(each, [...path, index]));
  if (isObject(value)) return Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...path, key]));
  return [{ path, value }];
}

/** True for a value that can be redacted everywhere; an empty one needs no redaction. */
export function canBeSensitive(value: unknown): boolean {
  return value === null || value === "" || (typeof value === "string" && isHideable(value));
}

/** Registers sensitive values, each with the hash that is shown instead. */
export function learnSensitive(values: Iterable<unknown>, secrets: Secrets): void {
  for (const value of values) if (typeof value === "string" && value !== "") secrets.add(value, sensitiveShown(value));
}
