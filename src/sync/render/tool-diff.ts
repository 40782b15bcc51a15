import type { FunctionToolSpec, ToolSpec } from "../../resources/assistant/spec.ts";
import { toolKey } from "../../resources/assistant/canonical.ts";
import type { Line } from "./line.ts";
import { diffSchema } from "./schema-diff.ts";
import { shortValue } from "./value.ts";
import { canonicalJson } from "../../kit/json.ts";
import { printableLine } from "../../kit/terminal-text.ts";

/** What changed among tools: those added and removed by name, the others by what differs in them. */
export function diffTools(before: readonly ToolSpec[], after: readonly ToolSpec[]): Line[] {
  const added = after.filter((tool) => !has(before, tool));
  const removed = before.filter((tool) => !has(after, tool));
  const both = after.flatMap((tool) => {
    const old = before.find((each) => toolKey(each) === toolKey(tool));
    return old === undefined ? [] : diffTool(old, tool);
  });
  return [...removed.map((tool) => toolLine("-", tool)), ...added.map((tool) => toolLine("+", tool)), ...both];
}

function has(tools: readonly ToolSpec[], tool: ToolSpec): boolean {
  return tools.some((each) => toolKey(each) === toolKey(tool));
}

function toolLine(mark: Line["mark"], tool: ToolSpec): Line {
  return { mark, indent: 0, text: printableLine(toolKey(tool)) };
}

function diffTool(before: ToolSpec, after: ToolSpec): Line[] {
  const changes =
    before.kind === "function" && after.kind === "function" ? diffFunction(before, after) : diffKeys(before, after);
  if (changes.length === 0) return [];
  return [toolLine("~", after), ...changes.map((text): Line => ({ mark: "~", indent: 1, text }))];
}

function diffFunction(before: FunctionToolSpec, after: FunctionToolSpec): string[] {
  const schema = diffSchema(before.parameters, after.parameters, "parameters");
  return [
    ...diffKeys({ ...before, parameters: null }, { ...after, parameters: null }),
    ...schema.map(({ path, what }) => printableLine(`${path}: ${what}`)),
  ];
}

function diffKeys(before: object, after: object): string[] {
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after)
    .filter(([key, value]) => canonicalJson(value) !== canonicalJson(old.get(key)))
    .map(([key, value]) => `${key}: ${shortValue(old.get(key))} -> ${shortValue(value)}`);
}
