import type { Draft } from "../draft.ts";
import { pathFrom } from "../draft.ts";
import type { Finding } from "../finding.ts";
import type { Declared, Path } from "../project.ts";
import type { WrittenAssistant } from "../schemas/assistant.ts";
import type { Rule } from "./rule.ts";
import { schemaFindings } from "./schema.ts";
import { strictFindings } from "./strict.ts";

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
  if (file !== undefined) return schemaFileFindings(declared, draft, [...path, "file"], file, strict);
  if (schema === undefined)
    return [{ path, at: "key", code: "missing_key", message: '"json_schema" needs "schema" or "file"' }];
  const findings = schemaFindings(schema, [...path, "schema"]);
  return findings.length === 0 && strict ? strictFindings(schema, [...path, "schema"]) : findings;
};

/** What is wrong with the JSON Schema in a file; all of it is shown where the file is named. */
export function schemaFileFindings(
  declared: Declared<unknown>,
  { texts }: Draft,
  path: Path,
  file: string,
  strict: boolean = false,
): Finding[] {
  const text = texts.get(pathFrom(declared, file));
  if (text === undefined) return [];
  const parsed = parseJson(text);
  if ("fault" in parsed) return [{ path, code: "bad_json", message: `"${file}" is not JSON: ${parsed.fault}` }];
  const findings = schemaFindings(parsed.value, []);
  const all = findings.length === 0 && strict ? strictFindings(parsed.value, []) : findings;
  return all.map(({ path: inside, code, message }) => ({
    path,
    code,
    message: `"${file}"${inside.length === 0 ? "" : ` at ${inside.join(".")}`}: ${message}`,
  }));
}

function parseJson(text: string): { value: unknown } | { fault: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
