import type { Clock } from "../../kit/clock.ts";
import { backoff } from "../../kit/retry.ts";
import { sleep } from "../../kit/waiting.ts";
import { ProblemError } from "../../problem.ts";
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

/**
 * Sends a request that must be carried out once, and again only after looking whether it had arrived although no answer said so. The
 * error of one that is given up says what is unknown.
 */
export async function once<T>({ send, find, clock, retries, signal, onWaiting }: Undecided<T>): Promise<T> {
  let isUndecided = false;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      isUndecided ||= mayHaveArrived(error);
      if (!isUndecided || signal?.aborted === true) throw error;
      onWaiting?.("the answer to a request was lost; looking whether it had arrived");
      // What is still on its way there needs a moment to be found.
      await sleep(backoff(attempt), clock, signal);
      onWaiting?.(null);
      const found = await find().catch(() => {
        throw withDoubt(error, "Whether it was carried out is not known: that could not be looked up either.");
      });
      if (found !== null) return found;
      if (attempt >= retries || !mayHaveArrived(error))
        throw withDoubt(error, "It was looked for afterwards, and was not there.");
    }
  }
}

/** What is made at a target, and how it is told from everything else there. */
export interface Making<T> {
  /** Things with the same key look the same at the target. */
  key: string;
  send(this: void): Promise<T>;
  /** Reads everything at the target that looks like it. */
  alike(this: void): AsyncIterable<T>;
}

/** Makes one thing once, as `once` does. */
export type Make = <T extends { id: string }>(making: Making<T>) => Promise<T>;

/**
 * Makes things at one target. What looks the same is made one after the other, and an object that one request has got is no other one's.
 */
export function createMake(deps: Pick<Undecided<unknown>, "clock" | "retries" | "signal">): Make {
  const taken = new Set<string>();
  const queues = new Map<string, Promise<unknown>>();

  async function make<T extends { id: string }>({ send, alike }: Making<T>): Promise<T> {
    const find = async (): Promise<T | null> => {
      for await (const each of alike()) if (!taken.has(each.id)) return each;
      return null;
    };
    const made = await once({ ...deps, send, find });
    taken.add(made.id);
    return made;
  }

  return (making) => {
    const { key } = making;
    const result = (queues.get(key) ?? Promise.resolve()).then(() => make(making));
    const end = result.catch(() => {});
    queues.set(key, end);
    void end.then(() => queues.get(key) === end && queues.delete(key));
    return result;
  };
}

function withDoubt(error: unknown, doubt: string): unknown {
  if (!(error instanceof ProblemError)) return error;
  const [first, ...others] = error.problems;
  if (first === undefined) return error;
  const hint = first.hint === undefined ? doubt : `${doubt}\n${first.hint}`;
  return new ProblemError([{ ...first, hint }, ...others], { cause: error });
}
