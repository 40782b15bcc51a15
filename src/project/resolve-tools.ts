import { pathFrom } from "./draft.ts";
import type { Declared, Project } from "./project.ts";
import type { WrittenAssistant } from "./schemas/assistant.ts";
import type { WrittenHandler, WrittenTool } from "./schemas/tool.ts";

type WrittenAssistantTool = NonNullable<WrittenAssistant["tools"]>[number];
type WrittenFileSearch = Extract<WrittenAssistantTool, { file_search: unknown }>["file_search"];

/** A function that an assistant may call: what the API is told, and what Playbill knows besides. */
export interface ResolvedFunction {
  kind: "function";
  /** What the model calls. */
  name: string;
  description: string | undefined;
  parameters: WrittenTool["parameters"];
  strict: boolean | undefined;
  returns: WrittenTool["returns"];
  handler: WrittenHandler | undefined;
  /** The file that declares it; a handler's paths are relative to its folder. */
  declared: Declared<WrittenTool>;
}

/** A tool of an assistant. What the file does not say is `undefined`. */
export type ResolvedTool =
  | { kind: "code_interpreter"; /** Paths from the project's root. */ files: string[] | undefined }
  | {
      kind: "file_search";
      vectorStore: string | undefined;
      maxNumResults: number | undefined;
      rankingOptions: WrittenFileSearch["ranking_options"];
    }
  | ResolvedFunction;

/** One entry of an assistant's `tools`. The reference must be known to lead to a tool. */
export function resolveTool(
  project: Pick<Project, "tools">,
  declared: Declared<WrittenAssistant>,
  written: WrittenAssistantTool,
): ResolvedTool {
  if (written === "code_interpreter") return { kind: "code_interpreter", files: undefined };
  if (written === "file_search") return fileSearch({});
  if ("file_search" in written) return fileSearch(written.file_search);
  if ("function" in written) return resolveFunction(project, written.function);
  const { files } = written.code_interpreter;
  return { kind: "code_interpreter", files: files?.map((file) => pathFrom(declared, file)) };
}

/** The name under which the model calls a tool. */
export function functionNameOf(tool: Declared<WrittenTool>): string {
  return tool.value.name ?? tool.name;
}

function resolveFunction({ tools }: Pick<Project, "tools">, name: string): ResolvedFunction {
  const tool = tools.get(name);
  if (!tool) throw new Error(`tool ${name} was not checked to exist`);
  const { description, parameters, strict, returns, handler } = tool.value;
  return {
    kind: "function",
    name: functionNameOf(tool),
    description,
    parameters,
    strict,
    returns,
    handler,
    declared: tool,
  };
}

const fileSearch = (written: WrittenFileSearch): ResolvedTool => ({
  kind: "file_search",
  vectorStore: written.vector_store,
  maxNumResults: written.max_num_results,
  rankingOptions: written.ranking_options,
});
