import type { Clock } from "../../kit/clock.ts";
import { backoff } from "../../kit/retry.ts";
import { sleep } from "../../kit/waiting.ts";
import { ProblemError } from "../../problem.ts";
import { mayHaveArrived } from "../failure.ts";

/** A request that must be carried out once, and how to check whether it was. */
export interface Undecided<T> {
  /** Sends the request. */
  send(this: void): Promise<T>;
  /** What the request created, if it arrived after all; `null` when there is nothing. */
  find(this: void): Promise<T | null>;
  clock: Clock;
  /** How often it is retried. */
  retries: number;
  signal?: AbortSignal;
  onWaiting?: (reason: string | null) => void;
}

/**
 * Sends a request that must be carried out once. It is retried only after checking that it did not arrive. The
 * error of one that is given up states what is unknown.
 */
export async function once<T>({ send, find, clock, retries, signal, onWaiting }: Undecided<T>): Promise<T> {
  let isUndecided = false;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      isUndecided ||= mayHaveArrived(error);
      if (!isUndecided || signal?.aborted === true) throw error;
      onWaiting?.("the answer to a request was lost; checking whether the request arrived");
      // A request still in flight needs a moment before its result can be found.
      await sleep(backoff(attempt), clock, signal);
      onWaiting?.(null);
      const found = await find().catch(() => {
        throw withDoubt(error, "It is not known whether it was carried out: checking that failed too.");
      });
      if (found !== null) return found;
      if (attempt >= retries || !mayHaveArrived(error))
        throw withDoubt(error, "Playbill looked for its result afterwards and did not find it.");
    }
  }
}

/** Something to create at a target, and how it is distinguished from everything else there. */
export interface Making<T> {
  /** Objects with the same key look the same at the target. */
  key: string;
  send(this: void): Promise<T>;
  /** Lists everything at the target that looks like it. */
  alike(this: void): AsyncIterable<T>;
}

/** Creates one object exactly once, like `once`. */
export type Make = <T extends { id: string }>(making: Making<T>) => Promise<T>;

/**
 * Creates objects at one target. Objects that look the same are created one after the other, and an object found for one request is not used for another.
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
