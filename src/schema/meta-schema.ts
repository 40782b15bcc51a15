import type { Schema } from "./schema.ts";

const self: Schema = { $ref: "#" };
const schemas: Schema = { type: "array", minItems: 1, items: self };
const named: Schema = { type: "object", additionalProperties: self };
const count: Schema = { type: "integer", minimum: 0 };
const text: Schema = { type: "string" };
const flag: Schema = { type: "boolean" };
const bound: Schema = { type: "number" };
const names: Schema = { type: "array", items: text, uniqueItems: true };
const typeName: Schema = {
  anyOf: ["string", "number", "integer", "boolean", "object", "array", "null"].map((each) => ({ const: each })),
};

/** The keywords of JSON Schema 2020-12 and the schema of each value. */
const keywords: Record<string, Schema> = {
  $schema: text,
  $id: text,
  $anchor: text,
  $ref: text,
  $dynamicRef: text,
  $dynamicAnchor: text,
  $comment: text,
  $defs: named,
  definitions: named,
  type: { anyOf: [...(typeName.anyOf ?? []), { type: "array", minItems: 1, items: typeName, uniqueItems: true }] },
  enum: { type: "array", minItems: 1 },
  const: {},
  title: text,
  description: text,
  default: {},
  examples: { type: "array" },
  deprecated: flag,
  readOnly: flag,
  writeOnly: flag,
  format: text,
  contentEncoding: text,
  contentMediaType: text,
  contentSchema: self,
  allOf: schemas,
  anyOf: schemas,
  oneOf: schemas,
  not: self,
  if: self,
  // oxlint-disable-next-line unicorn/no-thenable
  then: self,
  else: self,
  properties: named,
  patternProperties: named,
  additionalProperties: self,
  propertyNames: self,
  unevaluatedProperties: self,
  dependentSchemas: named,
  dependentRequired: { type: "object", additionalProperties: names },
  dependencies: { type: "object", additionalProperties: { anyOf: [names, self] } },
  required: names,
  minProperties: count,
  maxProperties: count,
  prefixItems: schemas,
  items: self,
  unevaluatedItems: self,
  contains: self,
  minContains: count,
  maxContains: count,
  minItems: count,
  maxItems: count,
  uniqueItems: flag,
  minLength: count,
  maxLength: count,
  pattern: text,
  minimum: bound,
  maximum: bound,
  exclusiveMinimum: bound,
  exclusiveMaximum: bound,
  multipleOf: { type: "number" },
};

/** The schema of JSON Schemas. Unknown keywords are allowed, as in the standard. */
export const metaSchema: Schema = { anyOf: [{ type: "boolean" }, { type: "object", properties: keywords }] };
