import type { TSchema } from "typebox";
import { asObject, isObject } from "../../kit/json.ts";
import { extensionPattern } from "../extensions.ts";
import { AssistantFile } from "./assistant.ts";
import { BaselineFile } from "./baseline.ts";
import { ProjectFile } from "./project.ts";
import { QuarantineFile } from "./quarantine.ts";
import { RecordingFile } from "./recording.ts";
import { ServedRecordingFile } from "./served-recording.ts";
import { ToolFile } from "./tool.ts";
import { withTitles } from "./titles.ts";
import { VectorStoreFile } from "./vector-store.ts";

/** The kinds of file, by the name of the generated schema: `schemas/NAME.schema.json`. */
export const schemaFiles = {
  playbill: ProjectFile,
  assistant: AssistantFile,
  tool: ToolFile,
  "vector-store": VectorStoreFile,
  recording: RecordingFile,
  "served-recording": ServedRecordingFile,
  baseline: BaselineFile,
  quarantine: QuarantineFile,
} satisfies Record<string, TSchema>;

/** The bytes of the schema file of a kind of YAML file, which editors complete from and Playbill checks files against. */
export function fileSchemaText(schema: TSchema): string {
  return schemaText(withTitles({ ...schema }));
}

/** The bytes of a generated schema file. */
export function schemaText(schema: object): string {
  const whole = { $schema: "https://json-schema.org/draft/2020-12/schema", ...schema };
  return `${JSON.stringify(withExtensionKeys(whole), null, 2)}\n`;
}

/** The same schema whose mappings also accept keys that begin with `x-`, unless such keys already have a meaning there. */
function withExtensionKeys(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withExtensionKeys);
  if (!isObject(schema)) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, each]) => [key, withExtensionKeys(each)]));
  if (inner["additionalProperties"] !== false || inner["type"] !== "object") return inner;
  const patterns = asObject(inner["patternProperties"]);
  if (Object.keys(patterns).some((pattern) => new RegExp(pattern, "u").test("x-"))) return inner;
  return { ...inner, patternProperties: { ...patterns, [extensionPattern]: {} } };
}
