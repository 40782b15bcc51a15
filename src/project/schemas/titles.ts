import { asList, asObject, asText, isObject, type JsonObject } from "../../kit/json.ts";

/** The names of forms without distinguishing keys, by type. */
const formTitles: Readonly<Record<string, string>> = {
  string: "Text",
  array: "List",
  object: "Mapping",
  number: "Number",
  integer: "Number",
  boolean: "true or false",
  null: "Nothing",
};

/**
 * The same JSON Schema with a title on every key, on every entry that has keys, and on every form that a value can have: editors show
 * titles above descriptions, and offer forms by them. Existing titles stay.
 */
export function withTitles(schema: JsonObject): JsonObject {
  const entry = `${asText(schema["title"])}: entry`;
  const entryTitle = (inner: unknown) => ("properties" in asObject(inner) ? entry : null);
  return {
    ...schema,
    ...mapped(schema, "properties", (inner, key) => titled(inner, words(key))),
    ...mapped(schema, "patternProperties", (inner) => titled(inner, entryTitle(inner))),
    ...(isObject(schema["additionalProperties"]) && {
      additionalProperties: titled(schema["additionalProperties"], entryTitle(schema["additionalProperties"])),
    }),
    ...("items" in schema && { items: titled(schema["items"], entryTitle(schema["items"])) }),
    ...("anyOf" in schema && { anyOf: asList(schema["anyOf"]).map((form) => titled(form, formTitle(form))) }),
  };
}

function titled(schema: unknown, title: string | null): unknown {
  if (!isObject(schema)) return schema;
  return withTitles(title === null || "title" in schema ? schema : { title, ...schema });
}

function mapped(schema: JsonObject, keyword: string, map: (inner: unknown, key: string) => unknown): JsonObject {
  const inner = schema[keyword];
  if (!isObject(inner)) return {};
  return { [keyword]: Object.fromEntries(Object.entries(inner).map(([key, each]) => [key, map(each, key)])) };
}

/** The title of one of several forms: for an object, its required keys; a constant is its own title. */
function formTitle(form: unknown): string | null {
  const { const: only, enum: some, type, required } = asObject(form);
  if (only !== undefined || some !== undefined) return null;
  const keys = asList(required).map(asText);
  return keys.length > 0 ? keys.join(", ") : (formTitles[asText(type)] ?? null);
}

/** `File search` of `file_search`. */
function words(key: string): string {
  const spaced = key.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
