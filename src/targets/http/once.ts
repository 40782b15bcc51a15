import type { Clock } from "../../kit/clock.ts";
import { backoff } from "../../kit/retry.ts";
import { sleep } from "../../kit/waiting.ts";
import { mayHaveArrived } from "../failure.ts";

/** What must be carried out once, and how to learn whether it was. */
export interface Undecided<T> {
  /** Sends what must not be carried out twice. */
  send(this: void): Promise<T>;
  /** What the request made, when it has arrived after all; `null` when there is nothing. */
  find(this: void): Promise<T | null>;
  clock: Clock;
  /** How often it may be sent again. */
  retries: number;
  signal?: AbortSignal;
  onWaiting?: (reason: string | null) => void;
}

/** Sends a request that must be carried out once, and again only after looking whether it had arrived although no answer said so. */
export async function once<T>({ send, find, clock, retries, signal, onWaiting }: Undecided<T>): Promise<T> {
  let isUndecided = false;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      isUndecided ||= mayHaveArrived(error);
      if (!isUndecided || attempt >= retries || signal?.aborted === true) throw error;
      onWaiting?.("the answer to a request was lost; looking whether it had arrived");
      // What is still on its way there needs a moment to be found.
      await sleep(backoff(attempt), clock, signal);
      onWaiting?.(null);
      const found = await find().catch(() => Promise.reject(error as Error));
      if (found !== null) return found;
    }
  }
}
