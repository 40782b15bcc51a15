import type { Place } from "../problem.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import type { WrittenModel } from "./schemas/models.ts";
import type { WrittenPrice } from "./schemas/prices.ts";
import type { WrittenScenario } from "./schemas/scenario/file.ts";
import type { WrittenTool } from "./schemas/tool.ts";
import type { WrittenVectorStore } from "./schemas/vector-store.ts";
import type { WrittenProject, WrittenTarget } from "./schemas/project.ts";

/** The keys and indexes that lead to a value in a file: `["turns", 0, "expect"]`. */
export type Path = readonly (string | number)[];

/** A piece of a text value: the span `start` to `end` (in characters) of `text`, which is part of the value. */
export interface Fragment {
  text: string;
  start: number;
  end: number;
}

/** One file of the project: its checked content, with places. */
export interface Declared<T> {
  /** `assistant.weather`, `tool.get_weather`, `vector_store.handbook`, `scenario.paris`. */
  address: string;
  /** The last part of the address. */
  name: string;
  /** Path from the project's root, with `/`. */
  file: string;
  value: T;
  /** The position of a key (`at: "key"`), of its value or of a piece of it, or of the nearest enclosing part that has one. */
  place(this: void, path: Path, at?: "key" | "value" | Fragment): Place;
  /** The file of shared values that a value came from, if paths in it are relative to that file; `null` or absent for this file. */
  origin?(this: void, path: Path): string | null;
}

/** A project read from disk: every file is checked against its schema, and every reference is valid. */
export interface Project {
  /** The folder of `playbill.yaml`, absolute. */
  root: string;
  name: string;
  /** `playbill.yaml` itself; `${NAME}` is replaced in everything but its targets. */
  settings: Declared<WrittenProject>;
  vars: Readonly<Record<string, unknown>>;
  /** The names of variables, of the project or of a target, that are compared and shown by hash only. */
  sensitive: ReadonlySet<string>;
  /** As written: `resolveTarget` reads the environment for the used target. */
  targets: ReadonlyMap<string, WrittenTarget>;
  defaultTarget: string;
  moved: NonNullable<WrittenProject["moved"]>;
  /** The shutdown dates of models in `playbill.yaml`; `null` for a model without one. */
  sunset: ReadonlyMap<string, string | null>;
  /** The models that Playbill itself calls, as written: `resolveModel` reads the environment for the used one. */
  models: ReadonlyMap<string, WrittenModel>;
  /** The prices of models in `playbill.yaml`. */
  prices: ReadonlyMap<string, WrittenPrice>;
  /** Addresses whose objects are forgotten but not deleted. */
  removed: readonly string[];
  /** The file of every address, including unread files and files with problems. */
  files: ReadonlyMap<string, string>;
  assistants: ReadonlyMap<string, Declared<WrittenAssistant>>;
  tools: ReadonlyMap<string, Declared<WrittenTool>>;
  vectorStores: ReadonlyMap<string, Declared<WrittenVectorStore>>;
  scenarios: readonly Declared<WrittenScenario>[];
  /** The files of defaults for scenarios, by path from the root. */
  scenarioDefaults: readonly string[];
  /** The text of every referenced file (instructions, schemas), by path from the root. */
  texts: ReadonlyMap<string, string>;
  /** The paths of the files that a glob of a vector store matches, by the glob; all from the root. */
  matches: ReadonlyMap<string, readonly string[]>;
}
