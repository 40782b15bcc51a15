import { onTestFinished } from "vitest";
import type { WrittenHandler } from "../../../src/project/schemas/tool.ts";
import { type Handlers, createHandlers } from "../../../src/scenarios/stubs/handlers.ts";
import type { HandlerContext } from "../../../src/scenarios/stubs/context.ts";
import { folder } from "../folder.ts";

/** The file that names the handlers. */
export const file = "assistants/tools/lookup.yaml";
const environment = { PATH: process.env["PATH"], SHOP: "main" };

/** What the third turn tells an implementation. */
export function context(signal = new AbortController().signal): HandlerContext {
  return { signal, call: { name: "lookup", id: "call_1", number: 2 }, turn: { number: 3, id: null }, world: null };
}

/** A project with these files beside the tool. */
export function project(files: Record<string, string> = {}): Promise<string> {
  const beside = Object.entries(files).map(([name, text]) => [`assistants/tools/${name}`, text]);
  return folder({ [file]: "", ...(Object.fromEntries(beside) as Record<string, string>) });
}

/** The handlers of one run of a scenario; `printed` is what modules printed. */
export function open(root: string, run = { scenario: "late", attempt: 1 }): { handlers: Handlers; printed: string[] } {
  const printed: string[] = [];
  const source = createHandlers({ root, env: environment, print: (text) => void printed.push(text) });
  const handlers = source.open(run);
  onTestFinished(async () => void (await handlers.close()));
  return { handlers, printed };
}

/** The result of one handler of a run of its own. */
export const run = (root: string, handler: WrittenHandler, args: unknown = {}, signal?: AbortSignal) =>
  open(root).handlers.runHandler(file, handler, args, context(signal));
