import { Optional } from "@marcbachmann/cel-js";

/** Says that an expression gave something that JSON cannot hold. */
export type Refuse = (what: string) => never;

/** The JSON value of a CEL result: integers are numbers, an empty optional is null, a timestamp its ISO text. */
export function toJson(value: unknown, refuse: Refuse): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : refuse(`the number ${value}`);
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : refuse(`the number ${value}, too large to be exact`);
    case "object":
      return value === null ? null : objectToJson(value, refuse);
    default:
      return refuse(`a ${typeof value}`);
  }
}

function objectToJson(value: object, refuse: Refuse): unknown {
  if (Array.isArray(value) || value instanceof Set) return [...value].map((each) => toJson(each, refuse));
  if (value instanceof Optional) return value.hasValue() ? toJson(value.value(), refuse) : null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return entriesToJson([...value], refuse);
  if (Object.getPrototypeOf(value) === Object.prototype) return entriesToJson(Object.entries(value), refuse);
  const primitive: unknown = value.valueOf();
  return typeof primitive === "bigint" ? toJson(primitive, refuse) : refuse(`a ${value.constructor.name}`);
}

const entriesToJson = (entries: [unknown, unknown][], refuse: Refuse): Record<string, unknown> =>
  Object.fromEntries(entries.map(([key, each]) => [String(key), toJson(each, refuse)]));
