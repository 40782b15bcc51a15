import { cutEnd } from "../../kit/difference.ts";
import { isObject } from "../../kit/json.ts";
import type { Declared, Project } from "../../project/project.ts";
import { functionNameOf } from "../../project/resolve-tools.ts";
import type { WrittenAssistant } from "../../project/schemas/assistant.ts";
import type { WrittenTool } from "../../project/schemas/tool.ts";
import { withAssistant } from "./instructions.ts";
import type { Mutant } from "./mutant.ts";

type Sources = Pick<Project, "assistants" | "tools">;

/** The mutants that remove one tool of an assistant. */
export function toolMutants({ assistants, tools }: Sources): Mutant[] {
  return [...assistants.values()].flatMap((declared) =>
    (declared.value.tools ?? []).flatMap((written, index): Mutant[] => {
      const name = toolNameOf(written, tools);
      if (name === null) return [];
      const left = declared.value.tools?.filter((_, at) => at !== index);
      return [
        {
          kind: "tool",
          assistants: [declared.name],
          place: declared.place(["tools", index]),
          what: `${name} is removed`,
          before: name,
          after: "",
          change: {
            kind: "project",
            apply: (project) => withAssistant(project, { ...declared, value: { ...declared.value, tools: left } }),
          },
          covered: { kind: "tool", name },
          paragraph: null,
        },
      ];
    }),
  );
}

/** The mutants that rename one argument of a tool, in every assistant that has the tool. */
export function argumentMutants({ assistants, tools }: Sources): Mutant[] {
  return [...tools.values()].flatMap((tool) => {
    const users = [...assistants.values()].filter(({ value }) => hasFunction(value, tool.name));
    const { parameters } = tool.value;
    if (users.length === 0 || !isObject(parameters) || !isObject(parameters["properties"])) return [];
    const { properties } = parameters;
    return Object.keys(properties).map((argument): Mutant => {
      const other = freeName(`${argument}_2`, properties);
      const name = functionNameOf(tool);
      return {
        kind: "argument",
        assistants: users.map((each) => each.name),
        place: tool.place(["parameters", "properties", argument], "key"),
        what: `${name}(${argument}) is renamed to ${other}`,
        before: argument,
        after: other,
        change: { kind: "project", apply: (project) => withTool(project, renamed(tool, argument, other)) },
        covered: { kind: "tool", name },
        paragraph: null,
      };
    });
  });
}

/** The mutants that replace the model of an assistant with another one, which is assumed to be smaller. */
export function modelMutants({ assistants }: Sources, model: string | null): Mutant[] {
  if (model === null) return [];
  return [...assistants.values()]
    .filter(({ value }) => value.model !== model)
    .map((declared): Mutant => {
      const { model: before } = declared.value;
      return {
        kind: "model",
        assistants: [declared.name],
        place: declared.place(["model"], "value"),
        what: `${cutEnd(model, 60)} instead of ${cutEnd(before, 60)}`,
        before,
        after: model,
        change: { kind: "model", model },
        covered: { kind: "assistant" },
        paragraph: null,
      };
    });
}

function toolNameOf(written: NonNullable<WrittenAssistant["tools"]>[number], tools: Project["tools"]): string | null {
  if (typeof written === "string") return written;
  if ("code_interpreter" in written) return "code_interpreter";
  if ("file_search" in written) return "file_search";
  const tool = "function" in written ? tools.get(written.function) : undefined;
  return tool === undefined ? null : functionNameOf(tool);
}

function hasFunction({ tools = [] }: WrittenAssistant, name: string): boolean {
  return tools.some((tool) => typeof tool === "object" && "function" in tool && tool.function === name);
}

function freeName(name: string, taken: object): string {
  return Object.hasOwn(taken, name) ? freeName(`${name}_2`, taken) : name;
}

function renamed(tool: Declared<WrittenTool>, from: string, to: string): Declared<WrittenTool> {
  const { parameters } = tool.value;
  if (!isObject(parameters)) return tool;
  const { properties, required } = parameters;
  const other = (name: string) => (name === from ? to : name);
  const changed = {
    ...parameters,
    properties: Object.fromEntries(
      Object.entries(isObject(properties) ? properties : {}).map(([key, each]) => [other(key), each]),
    ),
    ...(Array.isArray(required) && {
      required: required.map((each: unknown) => (typeof each === "string" ? other(each) : each)),
    }),
  };
  return { ...tool, value: { ...tool.value, parameters: changed } };
}

function withTool(project: Project, tool: Declared<WrittenTool>): Project {
  return { ...project, tools: new Map([...project.tools, [tool.name, tool]]) };
}
