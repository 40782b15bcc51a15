import path from "node:path";
import { createCodeInterpreter, type CodeInterpreterOptions } from "../../../src/server/python/code-interpreter.ts";
import type { CodeResult, ReadableFile } from "../../../src/server/tools.ts";

/** Where the tests of all files, and the next run of them, find the image of a started Python. */
export const cache = path.resolve(import.meta.dirname, "../../../node_modules/.cache/playbill");

export interface RunOptions {
  files?: ReadableFile[];
  threadId?: string;
  signal?: AbortSignal;
}

/** A code interpreter that runs `input` in one conversation unless told otherwise. */
export function startPython(options: Partial<CodeInterpreterOptions> = {}) {
  const interpreter = createCodeInterpreter({ packages: null, cache, ...options });
  const run = (input: string, more: RunOptions = {}): Promise<CodeResult> => {
    const { files = [], threadId = "thread_1", signal = new AbortController().signal } = more;
    return interpreter.run({ threadId, input, files }, signal);
  };
  const logs = async (input: string, more?: RunOptions) => (await run(input, more)).logs;
  return { interpreter, run, logs };
}

export function textFile(id: string, filename: string, text: string): ReadableFile {
  return { id, filename, read: async () => new TextEncoder().encode(text) };
}
