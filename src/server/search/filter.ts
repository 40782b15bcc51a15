import { Type, type Static } from "../../schema/builder.ts";
import { parser } from "../http/validation/validate.ts";
import { closed } from "../wire/common.ts";

/** The attributes of a vector store file. */
export type Attributes = Record<string, string | number | boolean>;

const key = Type.String();
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);
const List = Type.Array(Scalar);
const Ordered = Type.Union([Type.String(), Type.Number()]);

const Comparison = Type.Union([
  Type.Object({ type: Type.Literal("eq"), key, value: Scalar }, closed),
  Type.Object({ type: Type.Literal("ne"), key, value: Scalar }, closed),
  Type.Object({ type: Type.Literal("gt"), key, value: Ordered }, closed),
  Type.Object({ type: Type.Literal("gte"), key, value: Ordered }, closed),
  Type.Object({ type: Type.Literal("lt"), key, value: Ordered }, closed),
  Type.Object({ type: Type.Literal("lte"), key, value: Ordered }, closed),
  Type.Object({ type: Type.Literal("in"), key, value: List }, closed),
  Type.Object({ type: Type.Literal("nin"), key, value: List }, closed),
]);
const Filters = Type.Array(Type.Unknown());
const Node = Type.Union([
  ...Comparison.anyOf,
  Type.Object({ type: Type.Literal("and"), filters: Filters }, closed),
  Type.Object({ type: Type.Literal("or"), filters: Filters }, closed),
]);
const parseNode = parser(Type.Object({ filters: Node }));

/** A checked filter by attributes. */
export type AttributeFilter = Static<typeof Comparison> | { type: "and" | "or"; filters: AttributeFilter[] };

/** Checks a filter from a request at all levels; throws an ApiFailure for an invalid one. */
export function parseFilter(value: unknown): AttributeFilter {
  const { filters: node } = parseNode({ filters: value });
  return "filters" in node ? { ...node, filters: node.filters.map((inner) => parseFilter(inner)) } : node;
}

/** Whether a file with these attributes passes. An absent key equals nothing, and is neither less nor greater than anything. */
export function passes(filter: AttributeFilter, attributes: Attributes): boolean {
  if ("filters" in filter) {
    const inner = filter.filters.map((each) => passes(each, attributes));
    return filter.type === "and" ? inner.every(Boolean) : inner.some(Boolean);
  }
  const actual = Object.hasOwn(attributes, filter.key) ? attributes[filter.key] : undefined;
  switch (filter.type) {
    case "eq":
      return actual === filter.value;
    case "ne":
      return actual !== filter.value;
    case "in":
      return filter.value.some((value) => value === actual);
    case "nin":
      return !filter.value.some((value) => value === actual);
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return inOrder(filter.type, actual, filter.value);
  }
}

function inOrder(
  type: "gt" | "gte" | "lt" | "lte",
  actual: Attributes[string] | undefined,
  value: string | number,
): boolean {
  if (actual === undefined || typeof actual !== typeof value) return false;
  switch (type) {
    case "gt":
      return actual > value;
    case "gte":
      return actual >= value;
    case "lt":
      return actual < value;
    case "lte":
      return actual <= value;
  }
}
