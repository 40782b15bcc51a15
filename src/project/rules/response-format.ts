import type { WrittenAssistant } from "../schemas/assistant.ts";
import type { Rule } from "./rule.ts";
import { schemaFileFindings, schemaFindings } from "./schema.ts";

/** A response format has its schema right there or in a file, and the schema is one. */
export const responseFormatHasSchema: Rule<WrittenAssistant> = (declared, draft) => {
  const format = declared.value.response_format;
  if (typeof format !== "object") return [];
  const { schema, file, strict } = format.json_schema;
  const path = ["response_format", "json_schema"];
  if (schema !== undefined && file !== undefined)
    return [
      { path: [...path, "file"], at: "key", code: "conflicting_keys", message: '"file" does not go with "schema"' },
    ];
  if (file !== undefined) return schemaFileFindings(declared, draft, [...path, "file"], file, { strict });
  if (schema === undefined)
    return [{ path, at: "key", code: "missing_key", message: '"json_schema" needs "schema" or "file"' }];
  return schemaFindings(schema, [...path, "schema"], { strict });
};
