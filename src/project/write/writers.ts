import { posix } from "node:path";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { Project } from "../project.ts";
import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import { assistantWriter } from "./assistant.ts";
import { schemaLine } from "./schema-line.ts";
import { type ToolFiles, openToolFiles, toolsFolder } from "./tool-files.ts";
import { vectorStoreWriter } from "./vector-store.ts";
import type { KindWriter } from "./writing.ts";

/** The writers for each kind of object in this project; `isTaken` is true for paths in use, ignoring case. */
export function openWriters(project: Project, isTaken: (path: string) => boolean): ReadonlyMap<string, KindWriter> {
  const tools = toolFilesIn(project, isTaken);
  const assistant = assistantWriter(tools, schemaLine("assistant", "assistants", isTaken));
  const store = vectorStoreWriter(schemaLine("vector-store", "assistants/vector_stores", isTaken));
  return new Map<string, KindWriter>([
    [vectorStoreKind.name, store],
    [assistantKind.name, assistant],
  ]);
}

/** The files of functions in this project. */
export function toolFilesIn(project: Project, isTaken: (path: string) => boolean): ToolFiles {
  const addresses = new Set([...project.files.keys()].map((address) => address.toLowerCase()));
  return openToolFiles(
    { tools: project.tools, defaults: project.settings.value.defaults?.tool ?? {} },
    (stem) => addresses.has(`tool.${stem.toLowerCase()}`) || isTaken(posix.join(toolsFolder, `${stem}.yaml`)),
    schemaLine("tool", toolsFolder, isTaken),
  );
}
