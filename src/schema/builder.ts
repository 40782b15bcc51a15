import type { Type as TypeBox } from "typebox";
import { strangeKeywords, type Schema } from "./schema.ts";

export type { Static, TProperties, TSchema } from "typebox";

/** The part of TypeBox that is needed when a command runs. */
type Builder = Pick<
  typeof TypeBox,
  | "Array"
  | "Boolean"
  | "Enum"
  | "Integer"
  | "Literal"
  | "Null"
  | "Number"
  | "Object"
  | "Optional"
  | "Record"
  | "String"
  | "Union"
  | "Unknown"
  | "Unsafe"
>;

/** Marks an optional property; not part of the JSON Schema. */
const optional = Symbol("optional");

/** A JSON Schema as plain data. Its type comes from TypeBox's signatures. */
function schema(keywords: object, options: object = {}): never {
  const made: Schema = { ...keywords, ...options };
  // Inner schemas were created here too, so its own keywords are enough.
  const [unknown] = strangeKeywords(made);
  if (unknown !== undefined) throw new Error(`the keyword "${unknown}" would never be checked`);
  return made as never;
}

/**
 * Builds JSON Schemas with the types of TypeBox. TypeBox itself builds the same ones, but consists of several hundred modules, and loading
 * them takes longer than most commands.
 */
export const Type: Builder = {
  Array: (items, options) => schema({ type: "array", items }, options),
  Boolean: (options) => schema({ type: "boolean" }, options),
  Enum: (values: unknown, options?: object) => schema({ enum: values }, options),
  Integer: (options) => schema({ type: "integer" }, options),
  Literal: (value, options) => schema({ type: typeof value, const: value }, options),
  Null: (options) => schema({ type: "null" }, options),
  Number: (options) => schema({ type: "number" }, options),
  Object: (properties, options) => {
    const required = Object.keys(properties).filter((key) => !(optional in (properties[key] ?? {})));
    return schema({ type: "object", ...(required.length > 0 && { required }), properties }, options);
  },
  Optional: (inner) => schema({ ...inner, [optional]: true }),
  Record: (key: { pattern?: string }, value: unknown, options?: object) => {
    const values =
      key.pattern === undefined ? { additionalProperties: value } : { patternProperties: { [key.pattern]: value } };
    return schema({ type: "object", ...values }, options);
  },
  String: (options) => schema({ type: "string" }, options),
  Union: (branches, options) => schema({ anyOf: branches }, options),
  Unknown: (options) => schema({}, options),
  Unsafe: (inner) => schema(inner),
};
