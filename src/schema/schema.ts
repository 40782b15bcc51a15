/** The part of JSON Schema 2020-12 that Playbill's own schemas are written in. A test holds every schema of ours to it. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  required?: string[];
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  propertyNames?: { maxLength: number };
  minProperties?: number;
  maxProperties?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  description?: string;
  /** Values as they are written. */
  examples?: unknown[];
}

/** Keywords that hold a value to something. */
const asserting = [
  "$ref",
  "type",
  "const",
  "enum",
  "anyOf",
  "required",
  "properties",
  "patternProperties",
  "additionalProperties",
  "propertyNames",
  "minProperties",
  "maxProperties",
  "items",
  "minItems",
  "maxItems",
  "uniqueItems",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
] as const satisfies (keyof Schema)[];

/** Keywords that say something to people and editors only. */
const annotating = ["$schema", "$id", "$defs", "title", "description", "default", "examples"];

const known: ReadonlySet<string> = new Set([...asserting, ...annotating]);

/** The keywords of a schema that `violations` does not look at, so that what they mean to refuse would pass. Schemas inside are not looked at. */
export function strangeKeywords(schema: Schema): string[] {
  const names = Object.keys(schema.propertyNames ?? {}).filter((keyword) => keyword !== "maxLength");
  return [
    ...Object.keys(schema).filter((keyword) => !known.has(keyword)),
    ...names.map((each) => `propertyNames.${each}`),
  ];
}

/** True when a value is of a type of JSON Schema. */
export function hasType(value: unknown, type: string): boolean {
  return type === "integer" ? Number.isInteger(value) : typeOf(value) === type;
}

/** The type of JSON Schema that a JSON value has; a number is never called an integer. */
export function typeOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
