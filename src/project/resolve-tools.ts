import type { FunctionToolSpec, ToolSpec } from "../resources/assistant/spec.ts";
import { pathFrom } from "./draft.ts";
import type { Declared, Project } from "./project.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import type { WrittenTool } from "./schemas/tool.ts";

type WrittenAssistantTool = NonNullable<WrittenAssistant["tools"]>[number];
type WrittenFileSearch = Extract<WrittenAssistantTool, { file_search: unknown }>["file_search"];

/** One entry of an assistant's `tools`; files and vector stores stand in it by their addresses. The reference must be known to lead to a tool. */
export function resolveTool(
  project: Pick<Project, "tools">,
  declared: Declared<WrittenAssistant>,
  written: WrittenAssistantTool,
): ToolSpec {
  if (written === "code_interpreter") return { kind: "code_interpreter", files: [] };
  if (written === "file_search") return fileSearch({});
  if ("file_search" in written) return fileSearch(written.file_search);
  if ("function" in written) return resolveFunction(project, written.function);
  const { files = [] } = written.code_interpreter;
  return { kind: "code_interpreter", files: files.map((file) => `file.${pathFrom(declared, file)}`) };
}

/** The name under which the model calls a tool. */
export function functionNameOf(tool: Declared<WrittenTool>): string {
  return tool.value.name ?? tool.name;
}

/** The function that a tool of the project declares; the tool must be known to be there. */
export function resolveFunction({ tools }: Pick<Project, "tools">, name: string): FunctionToolSpec {
  const tool = tools.get(name);
  if (!tool) throw new Error(`tool ${name} was not checked to exist`);
  const { description, parameters, strict } = tool.value;
  return {
    kind: "function",
    name: functionNameOf(tool),
    description: description ?? null,
    parameters: typeof parameters === "object" ? parameters : null,
    strict: strict ?? false,
  };
}

function fileSearch({ vector_store, max_num_results, ranking_options }: WrittenFileSearch): ToolSpec {
  return {
    kind: "file_search",
    vectorStores: vector_store === undefined ? [] : [`vector_store.${vector_store}`],
    maxNumResults: max_num_results ?? null,
    rankingOptions:
      ranking_options === undefined
        ? null
        : { ranker: ranking_options.ranker ?? "auto", score_threshold: ranking_options.score_threshold },
  };
}
