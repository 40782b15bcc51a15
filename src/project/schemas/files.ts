import type { TSchema } from "typebox";
import { AssistantFile } from "./assistant.ts";
import { ProjectFile } from "./project.ts";
import { RecordingFile } from "./recording.ts";
import { ToolFile } from "./tool.ts";
import { VectorStoreFile } from "./vector-store.ts";

/** The kinds of file, by the name of the generated schema: `schemas/NAME.schema.json`. */
export const schemaFiles = {
  playbill: ProjectFile,
  assistant: AssistantFile,
  tool: ToolFile,
  "vector-store": VectorStoreFile,
  recording: RecordingFile,
} satisfies Record<string, TSchema>;

/** The bytes of a generated schema file: what editors complete with, and what files are checked with. */
export function schemaText(schema: TSchema): string {
  return `${JSON.stringify({ $schema: "https://json-schema.org/draft/2020-12/schema", ...schema }, null, 2)}\n`;
}
