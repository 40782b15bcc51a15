import { createInterface } from "node:readline/promises";

/** The terminal to prompt on. */
export interface Terminal {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
  signal: AbortSignal;
  /** Called on Ctrl-C, which is a key and not a signal while a prompt waits; it aborts `signal`. */
  interrupt(this: void): void;
}

/** Prompts the user; `null` on Ctrl-D, which gives no answer. Rejects when `signal` is aborted. */
export async function ask(question: string, { input, output, signal, interrupt }: Terminal): Promise<string | null> {
  const terminal = createInterface({ input, output, terminal: true });
  terminal.on("SIGINT", interrupt);
  try {
    return await terminal.question(question, { signal });
  } catch (error) {
    output.write("\n");
    if (signal.aborted) throw error;
    return null;
  } finally {
    terminal.close();
  }
}
