import type { ToolDeclarations } from "../../scenarios/stubs/rules.ts";
import { type ChatCommand, chatCommands } from "./input.ts";

/** What can be typed, line by line. */
export function helpText(): string {
  const rows = (Object.keys(chatCommands) as ChatCommand[]).map((name) => {
    const { rest, does } = chatCommands[name];
    return [`/${name}${rest === "" ? "" : ` ${rest}`}`, does] as const;
  });
  const all = [
    ...rows,
    ['"""', "begins a message of several lines, and ends it; what is pasted is one message too"] as const,
  ];
  const width = Math.max(...all.map(([typed]) => typed.length));
  return all.map(([typed, does]) => `  ${typed.padEnd(width)}  ${does}`).join("\n");
}

/** The functions of an assistant, with what answers each; built-in tools by their names. */
export function toolsText(
  functions: readonly string[],
  builtIn: readonly string[],
  declared: ToolDeclarations,
  { asksAlways, isPerson }: { asksAlways: boolean; isPerson: boolean },
): string {
  const rows = functions.map((name) => {
    const tool = declared.get(name)?.value;
    const hasHandler = tool?.handler !== undefined;
    const nobody = isPerson ? "you answer it" : "nothing answers it";
    const how = hasHandler && !(asksAlways && isPerson) ? "its handler answers it" : nobody;
    return `  ${name}  ${how}${tool?.description === undefined ? "" : `: ${tool.description}`}`;
  });
  const own = builtIn.map((name) => `  ${name}  run by the target`);
  return [...rows, ...own].join("\n") || "  this assistant has no tools";
}

/** Messages that may be said next, for a model that answers by scripts only; nothing when there is none. */
export function sayableText(messages: readonly string[]): string {
  const most = 8;
  const shown = [...new Set(messages)].map((text) => {
    const [line = ""] = text.split("\n");
    return `  ${line === text && line.length <= 100 ? line : `${line.slice(0, 100)}…`}`;
  });
  const rest = shown.length - most;
  return [...shown.slice(0, most), ...(rest > 0 ? [`  … ${rest} more`] : [])].join("\n");
}
