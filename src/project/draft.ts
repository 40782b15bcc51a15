import { posix } from "node:path";
import type { Schema } from "../schema/schema.ts";
import type { Declared, Path } from "./project.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import type { WrittenProject } from "./schemas/project.ts";
import type { WrittenScenario } from "./schemas/scenario/file.ts";
import type { WrittenTool } from "./schemas/tool.ts";
import type { WrittenVectorStore } from "./schemas/vector-store.ts";

/** The files that fit their schemas; whether they fit together is for the rules to say. */
export interface Draft {
  settings: Declared<WrittenProject> | null;
  /** Of each kind of file that has defaults. */
  schemas: Readonly<Record<keyof NonNullable<WrittenProject["defaults"]>, Schema>>;
  assistants: ReadonlyMap<string, Declared<WrittenAssistant>>;
  tools: ReadonlyMap<string, Declared<WrittenTool>>;
  vectorStores: ReadonlyMap<string, Declared<WrittenVectorStore>>;
  scenarios: readonly Declared<WrittenScenario>[];
  /** What is left of files that do not fit their schemas: the rules look at them, and nothing refers to them. */
  rests: {
    assistants: readonly Declared<WrittenAssistant>[];
    tools: readonly Declared<WrittenTool>[];
    vectorStores: readonly Declared<WrittenVectorStore>[];
    scenarios: readonly Declared<WrittenScenario>[];
  };
  /** The first scenario of every id, in small letters. */
  firstScenarios: ReadonlyMap<string, Declared<WrittenScenario>>;
  /** The names of all files, those with problems included: a reference to one of them leads somewhere. */
  names: Record<"assistants" | "tools" | "vectorStores", readonly string[]>;
  /** The files of defaults for scenarios. */
  scenarioDefaults: readonly string[];
  /** The address of every file that was read. */
  addresses: ReadonlyMap<string, string>;
  /** Texts of the files that are named, by path from the root; without those that could not be read. */
  texts: ReadonlyMap<string, string>;
  /** The paths of the files that a glob matches, by the glob; all from the root. */
  matches: ReadonlyMap<string, readonly string[]>;
}

/** The file that relative paths at a place of a file lead on from: the file itself, or the one of shared values that says it. */
export function fileSaying({ file, origin }: Pick<Declared<unknown>, "file" | "origin">, path: Path): string {
  return origin?.(path) ?? file;
}

/** The path from the root of a file that a YAML file names; such names are relative to the folder of the YAML file. */
export function pathFrom(declared: Pick<Declared<unknown>, "file">, named: string): string {
  return posix.isAbsolute(named) ? named : posix.join(posix.dirname(declared.file), named);
}
