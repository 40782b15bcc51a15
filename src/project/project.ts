import type { Place } from "../problem.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import type { WrittenScenario } from "./schemas/scenario.ts";
import type { WrittenTool } from "./schemas/tool.ts";
import type { WrittenVectorStore } from "./schemas/vector-store.ts";
import type { WrittenProject, WrittenTarget } from "./schemas/project.ts";

/** The keys and indexes that lead to a value in a file: `["turns", 0, "expect"]`. */
export type Path = readonly (string | number)[];

/** One file of the project: what it says, checked, and where it says it. */
export interface Declared<T> {
  /** `assistant.weather`, `tool.get_weather`, `vector_store.handbook`, `scenario.paris`. */
  address: string;
  /** The last part of the address. */
  name: string;
  /** Path from the project's root, with `/`. */
  file: string;
  value: T;
  /** The position of a key (`at: "key"`) or of its value, or of the nearest enclosing thing that has one. */
  place(path: Path, at?: "key" | "value"): Place;
}

/** A project read from disk: every file checked against its schema, every reference known to lead somewhere. */
export interface Project {
  /** The folder of `playbill.yaml`, absolute. */
  root: string;
  name: string;
  vars: Record<string, unknown>;
  targets: ReadonlyMap<string, WrittenTarget>;
  defaultTarget: string;
  moved: NonNullable<WrittenProject["moved"]>;
  assistants: ReadonlyMap<string, Declared<WrittenAssistant>>;
  tools: ReadonlyMap<string, Declared<WrittenTool>>;
  vectorStores: ReadonlyMap<string, Declared<WrittenVectorStore>>;
  scenarios: readonly Declared<WrittenScenario>[];
  /** The text of every file that a YAML file names (instructions, schemas), by path from the root. */
  texts: ReadonlyMap<string, string>;
}
