import { setTimeout as sleep } from "node:timers/promises";

/** Resolves after that many milliseconds; rejects when aborted before. */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal });
}
