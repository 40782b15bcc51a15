import { main } from "../../src/cli/main.ts";
import type { World } from "../../src/cli/world.ts";
import { createTestWorld } from "./run.ts";

/** `playbill serve` in this process, on a free port, until it is disposed of. */
export async function startServe(
  cwd: string,
  argv: string[] = [],
  more: Partial<World> = {},
): Promise<{ url: string; log: () => string } & AsyncDisposable> {
  const stop = new AbortController();
  const { world, text } = createTestWorld(cwd, {
    ...more,
    signal: AbortSignal.any([stop.signal, more.signal ?? stop.signal]),
  });
  const ended = main(["serve", "--port", "0", ...argv], world);
  const ready = async (): Promise<string> => {
    for (;;) {
      const url = /http:\/\/\S+(?=\/v1)/.exec(text("stdout"))?.[0];
      if (url !== undefined) return url;
      await new Promise((soon) => setTimeout(soon, 10));
    }
  };
  const url = await Promise.race([
    ready(),
    ended.then((code) => Promise.reject(new Error(`serve ended with ${code}: ${text()}`))),
  ]);
  return {
    url,
    log: () => text("stderr"),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}
