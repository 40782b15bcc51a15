import type { JsonPath } from "../../../kit/json.ts";
import type { Static, TSchema } from "../../../schema/builder.ts";
import { hasType, type Schema } from "../../../schema/schema.ts";
import { violations, type Branch, type Reporter } from "../../../schema/walk.ts";
import type { ApiFailure } from "../errors.ts";
import {
  invalidName,
  missing,
  mismatch,
  outside,
  repeated,
  tooFew,
  tooLong,
  tooManyProperties,
  unknown,
  unsupported,
  wrongType,
} from "./failures.ts";

/** Checks a value from outside against a schema and returns it typed, or throws the ApiFailure that the API would answer. */
export type Parse<T> = (value: unknown) => T;

/** Creates the check of a schema. */
export function parser<S extends TSchema>(schema: S): Parse<Static<S>> {
  return (value) => {
    const fault = faultIn(schema, value);
    if (fault) throw fault;
    // The value has been checked against the schema.
    return value as Static<S>;
  };
}

/** The API's refusal for the first difference between a value and a schema; `null` when the value is valid. */
export function faultIn(schema: Schema, value: unknown): ApiFailure | null {
  return violations(schema, value, failures, { most: 1 })[0] ?? null;
}

/** The API's refusals for violations. */
const failures: Reporter<ApiFailure> = {
  wrongType: (schema, value, path) => wrongType(written(path), schema, value),
  unknownValue: (possible, value, path) => unsupported(written(path), String(value), possible),
  tooMany: (what, count, limit, path) =>
    what === "object"
      ? tooManyProperties(written(path), limit, count)
      : tooLong(written(path), what, { length: count }, limit),
  tooFew: (what, limit, path) => tooFew(written(path), what, limit),
  mismatch: (_, pattern, _value, path) => mismatch(written(path), pattern),
  outOfRange: ({ type, minimum, maximum = Infinity }, value, path) => {
    const what = type === "integer" ? "integer" : "decimal";
    const bound = value > maximum || minimum === undefined ? { maximum } : { minimum };
    return outside(written(path), what, value, bound);
  },
  repeated: (_, path) => repeated(written(path)),
  missingKey: (key, path) => missing(written([...path, key])),
  unknownKey: (_, key, _value, path) => unknown(written([...path, key])),
  longKey: (key, limit, path) => invalidName(written(path), key, limit),
  union: faultInUnion,
};

/** A path in the API's notation, such as `messages[0].role`; empty for the body itself. */
function written(path: JsonPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** The violations of the branch that the value was meant for, or that it matches none. */
function faultInUnion(
  schema: Schema,
  branches: readonly Branch<ApiFailure>[],
  value: unknown,
  path: JsonPath,
): Iterable<ApiFailure> {
  const ofType = branches.filter((branch) => isOfType(branch.schema, value));
  const tagged = ofType.filter((branch) => tagOf(branch) !== undefined);
  if (tagged.length > 1) return faultInTagged(tagged, value as Record<string, unknown>, path);
  return ofType[0]?.check() ?? [wrongType(written(path), schema, value)];
}

/** The violations in a union whose branches are distinguished by `type`. */
function faultInTagged(
  branches: Branch<ApiFailure>[],
  value: Record<string, unknown>,
  path: JsonPath,
): Iterable<ApiFailure> {
  const tags = branches.map(tagOf);
  const tag = value["type"];
  const branch = branches[tags.indexOf(tag)];
  if (branch) return branch.check();
  const place = written([...path, "type"]);
  if (tag === undefined) return [missing(place)];
  return [typeof tag === "string" ? unsupported(place, tag, tags) : wrongType(place, { enum: tags }, tag)];
}

function tagOf({ schema: { properties } }: Branch<ApiFailure>): unknown {
  return properties?.["type"]?.const;
}

/** True when a value was meant for a schema: it has its JSON type, whatever its contents. A fraction counts as an integer. */
function isOfType({ type, anyOf }: Schema, value: unknown): boolean {
  if (anyOf) return anyOf.some((branch) => isOfType(branch, value));
  return type === undefined || hasType(value, type === "integer" ? "number" : type);
}
