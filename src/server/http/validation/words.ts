/** As much of JSON Schema as the server's own schemas use. */
export interface JsonSchema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: { maxLength: number };
  maxProperties?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
}

const nouns: Record<string, string> = {
  string: "a string",
  integer: "an integer",
  number: "a decimal",
  boolean: "a boolean",
  object: "an object",
};

/** `expected a string`, `expected one of a string or array of objects`: null is never mentioned. */
export function describeExpected(schema: JsonSchema): string {
  if (schema.anyOf) {
    const options = schema.anyOf.filter(({ type }) => type !== "null").map((branch) => describeExpected(branch));
    const [first = "", ...others] = [...new Set(options)];
    return others.length === 0 ? first : `one of ${[first, ...others.map(withoutArticle)].join(" or ")}`;
  }
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (values) return values.length === 1 ? `'${String(values[0])}'` : `one of ${listed(values, "or")}`;
  if (schema.type === "array") return schema.items ? `an array of ${plural(schema.items)}` : "an array";
  return nouns[schema.type ?? "object"] ?? "an object";
}

/** `a string`, `an integer`, `a decimal number`, `null`: what a JSON value is. */
export function describeGot(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return Number.isInteger(value) ? "an integer" : "a decimal number";
  return nouns[typeof value] ?? "an object";
}

/** `'a' and 'b'`; from three on `'a', 'b', and 'c'`. */
export function listed(values: readonly unknown[], word: "and" | "or"): string {
  const quoted = values.map((value) => `'${String(value)}'`);
  if (quoted.length < 3) return quoted.join(` ${word} `);
  return `${quoted.slice(0, -1).join(", ")}, ${word} ${quoted.at(-1)}`;
}

function plural(schema: JsonSchema): string {
  return `${schema.type === undefined ? "object" : schema.type}s`;
}

function withoutArticle(phrase: string): string {
  return phrase.replace(/^an? /, "");
}

/** Whether a value was meant for a schema: it is of its JSON type, right or wrong inside. A fraction counts as an integer. */
export function isOfType({ type, anyOf }: JsonSchema, value: unknown): boolean {
  if (anyOf) return anyOf.some((branch) => isOfType(branch, value));
  return type === undefined || hasType(type === "integer" ? "number" : type, value);
}

/** Whether a value is of a JSON type. */
export function hasType(type: string, value: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}
