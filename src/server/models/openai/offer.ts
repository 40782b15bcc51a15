import type { ModelTool, ToolKind } from "../model.ts";

/** A tool as it is offered to the upstream, where every tool is a function. */
export interface Offer {
  tool: ToolKind;
  /** Its name in Playbill. */
  name: string;
  /** Its name at the upstream. */
  offeredName: string;
  definition: { name: string; description?: string; parameters?: Record<string, unknown>; strict?: boolean };
}

const builtIns = {
  code_interpreter: {
    description:
      "Runs Python and returns what the code printed, or its traceback. Variables and files persist between calls. " +
      "The user's files are in /mnt/data; a file that you write there is given to the user. There is no network.",
    parameters: textParameter("input", "The Python code to run."),
  },
  file_search: {
    description:
      "Finds passages in the files that the user and the assistant uploaded. Every passage comes with a marker such as 【4:0†guide.md】; " +
      "when you use a passage, copy its marker to the end of the sentence.",
    parameters: textParameter("query", "What to look for, in words that the passage may use."),
  },
} as const;

function textParameter(name: string, description: string): Record<string, unknown> {
  return {
    type: "object",
    properties: { [name]: { type: "string", description } },
    required: [name],
    additionalProperties: false,
  };
}

/** Offers every tool as a function; a built-in tool gets another name when a function already has its name. */
export function offerTools(tools: readonly ModelTool[]): Offer[] {
  const taken = tools.flatMap((tool) => (tool.kind === "function" ? [tool.name] : []));
  return tools.map((tool) => {
    if (tool.kind === "function") return offerFunction(tool);
    const offeredName = taken.includes(tool.kind) ? freeName(`run_${tool.kind}`, taken) : tool.kind;
    return { tool: tool.kind, name: tool.kind, offeredName, definition: { name: offeredName, ...builtIns[tool.kind] } };
  });
}

function offerFunction({ name, description, parameters, strict }: Extract<ModelTool, { kind: "function" }>): Offer {
  const definition = {
    name,
    ...(description === null ? {} : { description }),
    ...(parameters === null ? {} : { parameters }),
    ...(strict ? { strict } : {}),
  };
  return { tool: "function", name, offeredName: name, definition };
}

function freeName(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? freeName(`${name}_`, taken) : name;
}

/** The tool for a name that the upstream called; an unknown name counts as a function, for the client to refuse. */
export function offeredAs(offeredName: string, offers: readonly Offer[]): { tool: ToolKind; name: string } {
  const { tool, name } = offers.find((offer) => offer.offeredName === offeredName) ?? {
    tool: "function",
    name: offeredName,
  };
  return { tool, name };
}
