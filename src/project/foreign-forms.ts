import { inFlow } from "./flow.ts";
import { asObject, isObject, objectsOf, textOrNull } from "../kit/json.ts";
import { didYouMean, suggest } from "../kit/words.ts";
import type { FileKind } from "./declared-file.ts";
import type { Finding } from "./finding.ts";
import type { Path } from "./project.ts";

/**
 * Formats of other tools that are often pasted, each with the line to write instead. The schema's messages about the same places would be
 * true but not helpful.
 */
export function foreignForms({ kind, tools = [] }: Pick<FileKind, "kind" | "tools">, value: unknown): Finding[] {
  if (!isObject(value)) return [];
  switch (kind) {
    case "assistant":
      return [
        ...assistantTools(value["tools"], tools),
        ...responseFormat(value["response_format"]),
        ...toolResources(value),
      ];
    case "tool":
      return value["type"] === "function" && isObject(value["function"])
        ? [
            form(
              [],
              'this is the format of the API, with "type" and "function" around it',
              "Move the content of function: one level up.",
            ),
          ]
        : [];
    case "scenario":
      return [...scenarioTools(value["tools"]), ...turns(value["turns"])];
    case "playbill":
      return misplacedSensitive(value);
    case "vector_store":
    case "recording":
    case "quarantine":
      return [];
  }
}

/** A `sensitive` in the wrong place: variables are marked under `vars`. */
function misplacedSensitive(settings: Record<string, unknown>): Finding[] {
  if (!Object.hasOwn(settings, "sensitive")) return [];
  return [form([], '"sensitive" belongs under "vars"', "Write vars: { sensitive: [NAME], NAME: value }", "sensitive")];
}

function form(path: Path, message: string, hint: string, key?: string): Finding {
  return {
    path: key === undefined ? path : [...path, key],
    at: key === undefined ? "value" : "key",
    code: "foreign_form",
    message,
    hint,
  };
}

const builtIn = new Set(["code_interpreter", "file_search"]);
const isName = (text: unknown): text is string => typeof text === "string" && /^[A-Za-z0-9_.-]+$/.test(text);

function assistantTools(tools: unknown, known: readonly string[]): Finding[] {
  if (isObject(tools)) {
    const names = Object.keys(tools).filter((name) => !name.startsWith("x-"));
    const lines = names.map((name) => (builtIn.has(name) ? `- ${name}` : `- function: ${name}`));
    return [form(["tools"], '"tools" must be a list', `Write one line for each: ${lines.join(", ")}`)];
  }
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool: unknown, index) => {
    const path = ["tools", index];
    if (isName(tool) && !builtIn.has(tool) && !nearlyBuiltIn(tool)) return [bareFunction(tool, path, known)];
    return isObject(tool) ? apiTool(tool, path) : [];
  });
}

function bareFunction(name: string, path: Path, known: readonly string[]): Finding {
  const meant = known.includes(name) ? name : suggest(name, known);
  const label = meant === undefined || meant === name ? {} : didYouMean(name, known);
  const hint = `Write - function: ${meant ?? name}, declared in assistants/tools/${meant ?? name}.yaml.`;
  return { ...form(path, `a function must be written with "function:"`, hint), ...label };
}

/** True for a typo of a built-in tool, which the schema's message explains. */
function nearlyBuiltIn(text: string): boolean {
  return /^(code|file)[_-]?(interp|search)/i.test(text);
}

function apiTool(tool: Record<string, unknown>, path: Path): Finding[] {
  const { type } = tool;
  if (type === "function" || (type === undefined && isObject(tool["function"]))) {
    const name = textOrNull(asObject(tool["function"])["name"]) ?? textOrNull(tool["name"]) ?? "NAME";
    const message = "this is the format of the API; in Playbill, a function has its own file";
    return [
      form(
        path,
        message,
        `Write - function: ${name}, and put its description and parameters into assistants/tools/${name}.yaml.`,
      ),
    ];
  }
  if (!isName(type) || !builtIn.has(type)) return [];
  const { type: _, ...options } = tool;
  const inside = asObject(options[type]);
  const written = Object.keys(inside).length === 0 ? type : `${type}: ${inFlow(inside)}`;
  return [form(path, "this is the format of the API", `Write - ${written}`)];
}

function responseFormat(format: unknown): Finding[] {
  if (!isObject(format) || !("type" in format)) return [];
  const { type } = format;
  const path = ["response_format"];
  if (type === "json_schema")
    return [
      form(path, "this is the format of the API", 'Remove "type": response_format: { json_schema: { ... } }', "type"),
    ];
  return isName(type) ? [form(path, "this is the format of the API", `Write response_format: ${type}`)] : [];
}

function toolResources(value: Record<string, unknown>): Finding[] {
  if (!("tool_resources" in value)) return [];
  const hint =
    "Write them with the tool: - file_search: { vector_store: NAME } or - code_interpreter: { files: [PATH] }.";
  return [form([], "files of tools are written with the tool", hint, "tool_resources")];
}

function scenarioTools(tools: unknown): Finding[] {
  if (!Array.isArray(tools)) return [];
  const names = tools.flatMap((tool: unknown) => nameOfTool(tool) ?? []);
  const [name = "NAME"] = names;
  const message = '"tools" must map the name of each function to a list of rules';
  return [
    form(["tools"], message, `Write tools: { ${name}: [{ return: { ... } }] }, or { ${name}: [{ handler: true }] }.`),
  ];
}

function nameOfTool(tool: unknown): string | null {
  if (typeof tool === "string") return tool;
  const { name, function: inner } = asObject(tool);
  return textOrNull(name) ?? textOrNull(inner) ?? textOrNull(asObject(inner)["name"]);
}

/** Messages in the API's format instead of turns. */
function turns(written: unknown): Finding[] {
  const list = Array.isArray(written) ? written : [];
  return list.flatMap((turn: unknown, index) => {
    const { role, content } = asObject(turn);
    if (role !== "user" && role !== "assistant" && role !== "system") return [];
    const text =
      textOrNull(content) ??
      objectsOf(content)
        .map(({ text: each }) => textOrNull(each) ?? "")
        .join(" ");
    const shown = text.length > 40 ? `${text.slice(0, 40)}...` : text;
    const hint =
      role === "user"
        ? `Write - user: ${shown}`
        : role === "assistant"
          ? "The assistant's replies are not written as turns: expect: { reply: ... } checks them, and script: [{ say: ... }] provides them."
          : "Instructions belong in the assistant's file.";
    return [form(["turns", index], "this is a message of the API", hint)];
  });
}
