import { isObject } from "../../kit/json.ts";
import type { Path } from "../../project/project.ts";
import { hasExpressions } from "../../project/expression.ts";
import { schemaViolations } from "../../schema/json-schema.ts";
import { declaredArguments } from "../coverage/arguments.ts";

/** A value with one part of it changed. */
export interface ChangedValue {
  path: Path;
  before: unknown;
  after: unknown;
  value: unknown;
}

/** The replacement for a text. */
const otherText = "changed";

/**
 * Every way to change one part of a value: another number, another text or date, the opposite boolean, a list without its last element.
 * Expressions are not changed. With a schema, only values that violate it no more than the original.
 */
export function changesOf(value: unknown, schema: unknown = true): ChangedValue[] {
  const most = schemaViolations(schema, value).length;
  const enums = new Map(declaredArguments(schema).map(({ name, values }) => [name, values]));
  return partsOf(value, []).flatMap(({ path, part }): ChangedValue[] => {
    const allowed = enums.get(nameOf(path)) ?? [];
    const candidates = allowed.length > 0 ? allowed.filter((each) => each !== part) : othersOf(part);
    for (const after of candidates) {
      const changed = withPart(value, path, after);
      if (schemaViolations(schema, changed).length <= most) return [{ path, before: part, after, value: changed }];
    }
    return [];
  });
}

function partsOf(value: unknown, path: Path): { path: Path; part: unknown }[] {
  if (Array.isArray(value)) {
    const inner = value.flatMap((each, index) => partsOf(each, [...path, index]));
    return value.length === 0 ? [] : [...inner, { path, part: value }];
  }
  if (isObject(value)) return Object.entries(value).flatMap(([key, each]) => partsOf(each, [...path, key]));
  return typeof value === "string" && hasExpressions(value) ? [] : [{ path, part: value }];
}

const date = /^(\d{4})(-\d\d-\d\d.*)$/;

/** Other values of the same type, the best first. */
function othersOf(part: unknown): unknown[] {
  // For very large numbers, adding one gives the same number.
  if (typeof part === "number") return [part + 1, part - 1, part * 2, 0].filter((each) => each !== part);
  if (typeof part === "boolean") return [!part];
  if (part === null) return [otherText, 1, true];
  if (Array.isArray(part)) return [part.slice(0, -1)];
  if (typeof part !== "string") return [];
  const [, year, rest] = date.exec(part) ?? [];
  if (year !== undefined && rest !== undefined) return [`${Number(year) + 1}${rest}`];
  if (part !== "" && Number.isFinite(Number(part))) return [String(Number(part) + 1)];
  return [part === otherText ? "other" : otherText];
}

function withPart(value: unknown, [step, ...rest]: Path, part: unknown): unknown {
  if (step === undefined) return part;
  if (Array.isArray(value)) return value.map((each, index) => (index === step ? withPart(each, rest, part) : each));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === step ? withPart(each, rest, part) : each]),
  );
}

/** The name of a path, as arguments of a schema are named: `items[].name`. */
function nameOf(path: Path): string {
  return path.map((step, index) => (typeof step === "number" ? "[]" : index === 0 ? step : `.${step}`)).join("");
}
