import type { ToolDeclarations } from "../../scenarios/stubs/rules.ts";
import { type ChatCommand, chatCommands } from "./input.ts";

/** The list of input commands, one a line. */
export function helpText(): string {
  const rows = (Object.keys(chatCommands) as ChatCommand[]).map((name) => {
    const { rest, does } = chatCommands[name];
    return [`/${name}${rest === "" ? "" : ` ${rest}`}`, does] as const;
  });
  const all = [...rows, ['"""', "starts and ends a message of several lines; pasted text is one message too"] as const];
  const width = Math.max(...all.map(([typed]) => typed.length));
  return all.map(([typed, does]) => `  ${typed.padEnd(width)}  ${does}`).join("\n");
}

/** The functions of an assistant with what answers each, and the names of its built-in tools. */
export function toolsText(
  functions: readonly string[],
  builtIn: readonly string[],
  declared: ToolDeclarations,
  { asksAlways, isPerson }: { asksAlways: boolean; isPerson: boolean },
): string {
  const rows = functions.map((name) => {
    const tool = declared.get(name)?.value;
    const hasHandler = tool?.handler !== undefined;
    const withoutHandler = isPerson ? "you answer it" : "nothing answers it";
    const how = hasHandler && !(asksAlways && isPerson) ? "its handler answers it" : withoutHandler;
    return `  ${name}  ${how}${tool?.description === undefined ? "" : `: ${tool.description}`}`;
  });
  const own = builtIn.map((name) => `  ${name}  run by the target`);
  return [...rows, ...own].join("\n") || "  this assistant has no tools";
}

/** Messages that a script expects next, for a model that answers from scripts only; empty when there are none. */
export function sayableText(messages: readonly string[]): string {
  const most = 8;
  const shown = [...new Set(messages)].map((text) => {
    const [line = ""] = text.split("\n");
    return `  ${line === text && line.length <= 100 ? line : `${line.slice(0, 100)}…`}`;
  });
  const rest = shown.length - most;
  return [...shown.slice(0, most), ...(rest > 0 ? [`  … ${rest} more`] : [])].join("\n");
}
