import type { ResponseFormatSpec } from "../resources/assistant/spec.ts";
import { pathFrom } from "./draft.ts";
import type { Declared, Project } from "./project.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import { isObject } from "../kit/json.ts";

/** The response format that an assistant declares; a schema file must be known to be a JSON Schema. */
export function resolveFormat(
  { texts }: Pick<Project, "texts">,
  declared: Declared<WrittenAssistant>,
): ResponseFormatSpec | undefined {
  const format = declared.value.response_format;
  if (typeof format !== "object") return format;
  const { name, description, strict, schema, file } = format.json_schema;
  const read = file === undefined ? schema : readSchema(texts, pathFrom(declared, file));
  if (read === undefined) throw new Error(`the schema of ${declared.address} was not checked to be there`);
  // The API takes no dots here, and a file's name may have some.
  const fallback = declared.name.replaceAll(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64);
  return {
    json_schema: {
      name: name ?? fallback,
      description: description ?? null,
      strict: strict ?? false,
      schema: read,
    },
  };
}

function readSchema(texts: ReadonlyMap<string, string>, path: string): Record<string, unknown> | boolean | undefined {
  const value: unknown = JSON.parse(texts.get(path) ?? "null");
  return isObject(value) || typeof value === "boolean" ? value : undefined;
}
