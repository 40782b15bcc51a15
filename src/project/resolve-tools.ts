import { keyDefaults } from "./schemas/defaults.ts";
import type { FunctionToolSpec, ToolSpec, UnknownToolSpec } from "../resources/assistant/spec.ts";
import { fileAddress } from "../resources/address.ts";
import type { NamedObject } from "../resources/resource.ts";
import type { JsonObject } from "../kit/json.ts";
import { pathFrom } from "./draft.ts";
import type { Declared, Project } from "./project.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import type { WrittenTool } from "./schemas/tool.ts";

type WrittenAssistantTool = NonNullable<WrittenAssistant["tools"]>[number];
type WrittenFileSearch = Extract<WrittenAssistantTool, { file_search: unknown }>["file_search"];

/** One entry of an assistant's `tools`, with addresses of files and vector stores. The reference must already be checked. */
export function resolveTool(
  project: Pick<Project, "tools">,
  declared: Declared<WrittenAssistant>,
  written: WrittenAssistantTool,
): ToolSpec {
  if (written === "code_interpreter") return { kind: "code_interpreter", files: [] };
  if (written === "file_search") return fileSearch({});
  if ("file_search" in written) return fileSearch(written.file_search);
  if ("function" in written) return resolveFunction(project, written.function);
  if ("raw" in written) return rawTool(written.raw);
  const { files = [] } = written.code_interpreter;
  return {
    kind: "code_interpreter",
    files: files.map((file) => (typeof file === "string" ? fileAddress(pathFrom(declared, file)) : file.id)),
  };
}

/** A tool unknown to Playbill, as written. */
export function rawTool(wire: JsonObject): UnknownToolSpec {
  return { kind: "unknown", wire };
}

/** The files and vector stores that an assistant refers to by id. */
export function namedObjects({ value, place }: Declared<WrittenAssistant>): NamedObject[] {
  return (value.tools ?? []).flatMap((tool, index): NamedObject[] => {
    if (typeof tool === "string") return [];
    const path = ["tools", index];
    if ("code_interpreter" in tool) {
      return (tool.code_interpreter.files ?? []).flatMap((file, each) =>
        typeof file === "string"
          ? []
          : [{ kind: "file", id: file.id, place: place([...path, "code_interpreter", "files", each, "id"]) }],
      );
    }
    const store = "file_search" in tool ? tool.file_search.vector_store : undefined;
    if (typeof store !== "object") return [];
    return [{ kind: "vector_store", id: store.id, place: place([...path, "file_search", "vector_store", "id"]) }];
  });
}

/** The name by which the model calls a tool. */
export function functionNameOf(tool: Declared<WrittenTool>): string {
  return tool.value.name ?? tool.name;
}

/** The function declared by a tool of the project; the tool must exist. */
export function resolveFunction({ tools }: Pick<Project, "tools">, name: string): FunctionToolSpec {
  const tool = tools.get(name);
  if (!tool) throw new Error(`tool ${name} was not checked to exist`);
  const made = functions.get(tool) ?? functionOf(tool);
  functions.set(tool, made);
  return made;
}

/** A cache, so that all assistants with the same tool share one value. */
const functions = new WeakMap<Declared<WrittenTool>, FunctionToolSpec>();

function functionOf(tool: Declared<WrittenTool>): FunctionToolSpec {
  const { description, parameters, strict } = tool.value;
  return {
    kind: "function",
    name: functionNameOf(tool),
    description: description ?? null,
    parameters: typeof parameters === "object" ? parameters : null,
    strict: strict ?? false,
  };
}

/** The address of a store of the project, or the id of another one. */
function storeName(written: NonNullable<WrittenFileSearch["vector_store"]>): string {
  return typeof written === "string" ? `vector_store.${written}` : written.id;
}

function fileSearch({ vector_store, max_num_results, ranking_options }: WrittenFileSearch): ToolSpec {
  return {
    kind: "file_search",
    vectorStores: vector_store === undefined ? [] : [storeName(vector_store)],
    maxNumResults: max_num_results ?? null,
    rankingOptions:
      ranking_options === undefined
        ? null
        : {
            ranker: ranking_options.ranker ?? keyDefaults.rankingOptions.ranker,
            score_threshold: ranking_options.score_threshold,
          },
  };
}
