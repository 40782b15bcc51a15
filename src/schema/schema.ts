/** The part of JSON Schema 2020-12 that Playbill's own schemas use. A test checks every one of them. */
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
  /** Example values. */
  examples?: unknown[];
}

/** Keywords that constrain a value. */
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

/** Keywords for people and editors only. */
const annotating = ["$schema", "$id", "$defs", "title", "description", "default", "examples"];

const known: ReadonlySet<string> = new Set([...asserting, ...annotating]);

/** The keywords of a schema that `violations` does not check, so that invalid values would pass. Inner schemas are not included. */
export function strangeKeywords(schema: Schema): string[] {
  const names = Object.keys(schema.propertyNames ?? {}).filter((keyword) => keyword !== "maxLength");
  return [
    ...Object.keys(schema).filter((keyword) => !known.has(keyword)),
    ...names.map((each) => `propertyNames.${each}`),
  ];
}

/** True when a value has this JSON Schema type. */
export function hasType(value: unknown, type: string): boolean {
  return type === "integer" ? Number.isInteger(value) : typeOf(value) === type;
}

/** The JSON Schema type of a JSON value; a number is never `integer`. */
export function typeOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
