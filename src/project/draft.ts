import { posix } from "node:path";
import type { Schema } from "../schema/schema.ts";
import type { Declared, Path } from "./project.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import type { WrittenProject } from "./schemas/project.ts";
import type { WrittenScenario } from "./schemas/scenario/file.ts";
import type { WrittenTool } from "./schemas/tool.ts";
import type { WrittenVectorStore } from "./schemas/vector-store.ts";

/** The files that match their schemas; the rules check whether they fit together. */
export interface Draft {
  settings: Declared<WrittenProject> | null;
  /** For each kind of file with defaults. */
  schemas: Readonly<Record<keyof NonNullable<WrittenProject["defaults"]>, Schema>>;
  assistants: ReadonlyMap<string, Declared<WrittenAssistant>>;
  tools: ReadonlyMap<string, Declared<WrittenTool>>;
  vectorStores: ReadonlyMap<string, Declared<WrittenVectorStore>>;
  scenarios: readonly Declared<WrittenScenario>[];
  /** The valid parts of files that do not match their schemas: rules check them, but nothing refers to them. */
  rests: {
    assistants: readonly Declared<WrittenAssistant>[];
    tools: readonly Declared<WrittenTool>[];
    vectorStores: readonly Declared<WrittenVectorStore>[];
    scenarios: readonly Declared<WrittenScenario>[];
  };
  /** The first scenario of every id, in small letters. */
  firstScenarios: ReadonlyMap<string, Declared<WrittenScenario>>;
  /** The names of all files, including those with problems: references to them are valid. */
  names: Record<"assistants" | "tools" | "vectorStores", readonly string[]>;
  /** The files of defaults for scenarios. */
  scenarioDefaults: readonly string[];
  /** The address of every file that was read. */
  addresses: ReadonlyMap<string, string>;
  /** Texts of referenced files, by path from the root, without unreadable ones. */
  texts: ReadonlyMap<string, string>;
  /** The paths of the files that a glob matches, by the glob; all from the root. */
  matches: ReadonlyMap<string, readonly string[]>;
}

/** The file that relative paths at a place are relative to: the file itself, or the file of shared values that defines the value. */
export function fileSaying({ file, origin }: Pick<Declared<unknown>, "file" | "origin">, path: Path): string {
  return origin?.(path) ?? file;
}

/** The path, from the root, of a file referenced in a YAML file; references are relative to the folder of the YAML file. */
export function pathFrom(declared: Pick<Declared<unknown>, "file">, named: string): string {
  return posix.isAbsolute(named) ? named : posix.join(posix.dirname(declared.file), named);
}
