import { type Problem, ProblemError } from "../problem.ts";
import { toProblem } from "../project/finding.ts";
import type { Declared, Path, Project } from "../project/project.ts";
import { type ResolvedAssistant, resolveAssistant } from "../project/resolve-assistant.ts";
import type { ResolvedTool } from "../project/resolve-tools.ts";
import type { WrittenAssistant } from "../project/schemas/assistant.ts";
import type { WrittenTarget } from "../project/schemas/project.ts";
import type { AssistantSpec, ResponseFormatSpec, ToolSpec } from "../resources/assistant/spec.ts";
import { type Field, covers, expandFields } from "../resources/fields.ts";

/** One object as the files want it at one target. */
export interface Desired {
  kind: "assistant";
  address: string;
  spec: AssistantSpec;
  /** The fields that the files decide; all others belong to the other side. */
  declared: Field[];
  protect: boolean;
  /** Fields that belong to whoever edits them over there; they are written only when the object is made. */
  ignore: Field[];
  /** The id of an existing object to take over. */
  adopt: string | null;
}

/**
 * The assistants of these names, else every assistant of the project, as a target is to have them. Throws a ProblemError with all
 * problems of all of them; `files_not_synced` is for what cannot be synced yet.
 */
export function desiredAssistants(
  project: Project,
  { models, vars }: Pick<WrittenTarget, "models" | "vars">,
  names: Iterable<string> = project.assistants.keys(),
): Desired[] {
  const scope = { ...project.vars, ...vars };
  const problems: Problem[] = [];
  const desired = [...new Set(names)].flatMap((name) => {
    const declared = project.assistants.get(name);
    if (declared !== undefined) problems.push(...filesNotSynced(declared));
    try {
      return [desire(resolveAssistant(project, name, scope), models ?? {})];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new ProblemError(problems);
  return desired;
}

/** Files and vector stores that an assistant uses: they would silently be left out. */
function filesNotSynced(declared: Declared<WrittenAssistant>): Problem[] {
  const refuse = (path: Path, what: string): Problem =>
    toProblem(declared, {
      path,
      code: "files_not_synced",
      message: `${declared.address} uses ${what}; files and vector stores are not synced yet`,
      hint: "Remove it from the assistant's tools.",
    });
  return (declared.value.tools ?? []).flatMap((tool, index) => {
    if (typeof tool === "string") return [];
    if ("code_interpreter" in tool) {
      const { files = [] } = tool.code_interpreter;
      return files.map((file, each) => refuse(["tools", index, "code_interpreter", "files", each], file));
    }
    if (!("file_search" in tool) || tool.file_search.vector_store === undefined) return [];
    const path = ["tools", index, "file_search", "vector_store"];
    return [refuse(path, `vector_store.${tool.file_search.vector_store}`)];
  });
}

/** An assistant in canonical form; `models` is what the target calls each model. */
export function desire(assistant: ResolvedAssistant, models: Readonly<Record<string, string>>): Desired {
  const { address, description, instructions, metadata, protect, adopt } = assistant;
  const written = {
    name: assistant.name,
    description,
    model: models[assistant.model] ?? assistant.model,
    instructions,
    temperature: assistant.temperature,
    top_p: assistant.topP,
    response_format: toFormatSpec(assistant.responseFormat),
    reasoning_effort: assistant.reasoningEffort,
    tools: assistant.tools?.map(toToolSpec),
    metadata,
  } satisfies { [F in keyof AssistantSpec]: AssistantSpec[F] | undefined };
  const declared = Object.entries(written).flatMap(([field, value]) => (value === undefined ? [] : [field]));
  const ignore = [...assistant.ignore];
  return {
    kind: "assistant",
    address,
    spec: {
      ...written,
      description: description ?? null,
      instructions: instructions ?? null,
      temperature: written.temperature ?? null,
      top_p: written.top_p ?? null,
      response_format: written.response_format ?? "auto",
      reasoning_effort: written.reasoning_effort ?? null,
      tools: written.tools ?? [],
      metadata: metadata ?? {},
    },
    declared: expandFields(declared, metadata ?? {}).filter((field) => !ignore.some((each) => covers(each, field))),
    protect,
    ignore,
    adopt: adopt ?? null,
  };
}

function toFormatSpec(format: ResolvedAssistant["responseFormat"]): ResponseFormatSpec | undefined {
  if (typeof format !== "object") return format;
  const { name, description, strict, schema } = format.json_schema;
  return { json_schema: { name, description: description ?? null, strict: strict ?? false, schema } };
}

function toToolSpec(tool: ResolvedTool): ToolSpec {
  switch (tool.kind) {
    case "code_interpreter":
      return { kind: "code_interpreter", files: [] };
    case "file_search":
      return {
        kind: "file_search",
        vectorStores: [],
        maxNumResults: tool.maxNumResults ?? null,
        rankingOptions: rankingOf(tool.rankingOptions),
      };
    case "function":
      return {
        kind: "function",
        name: tool.name,
        description: tool.description ?? null,
        parameters: typeof tool.parameters === "object" ? tool.parameters : null,
        strict: tool.strict ?? false,
      };
  }
}

function rankingOf(
  options: Extract<ResolvedTool, { kind: "file_search" }>["rankingOptions"],
): Extract<ToolSpec, { kind: "file_search" }>["rankingOptions"] {
  return options === undefined ? null : { ranker: options.ranker ?? "auto", score_threshold: options.score_threshold };
}
