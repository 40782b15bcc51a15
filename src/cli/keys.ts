import type { ReadStream } from "node:tty";

/** Ctrl-C, which is a key and not a signal while keys are read one by one. */
const controlC = "\u0003";

/** The next key pressed on the terminal; `null` when `signal` was aborted, also by Ctrl-C, which calls `interrupt`. */
export function nextKey(
  input: ReadStream,
  { signal, interrupt }: { signal: AbortSignal; interrupt(this: void): void },
): Promise<string | null> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(null);
    const end = (key: string | null) => {
      input.off("data", press);
      signal.removeEventListener("abort", abort);
      input.setRawMode(false);
      input.pause();
      resolve(key);
    };
    const press = (data: Buffer | string) => {
      const key = String(data);
      if (key !== controlC) return end(key);
      end(null);
      interrupt();
    };
    const abort = () => end(null);
    input.setRawMode(true);
    input.resume();
    input.on("data", press);
    signal.addEventListener("abort", abort, { once: true });
  });
}
