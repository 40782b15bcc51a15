import { createSystemClock } from "../../../kit/clock.ts";
import { sleep } from "../../../kit/waiting.ts";

/** Runs the transactions of one connection, and single operations between them, in the order in which they arrive. */
export interface Turns {
  /** Runs a synchronous operation once no transaction is open. */
  run<R>(operation: () => R): Promise<R>;
  /** Whether the connection is free; if so, it belongs to the caller until it calls `leave`. */
  tryEnter(): boolean;
  /** Resolves when the connection belongs to the caller; it does until the caller calls `leave`. */
  enter(): Promise<void>;
  leave(): void;
  isFree(): boolean;
}

/** Creates the turns of an unused connection. */
export function createTurns(): Turns {
  /** Waiting operations; each returns whether it keeps the turn afterwards. */
  const waiting: (() => boolean)[] = [];
  let held = false;
  const tryEnter = (): boolean => {
    if (held) return false;
    held = true;
    return true;
  };
  return {
    isFree: () => !held,
    tryEnter,
    run: (operation) =>
      new Promise((resolve, reject) => {
        const work = (): boolean => {
          try {
            resolve(operation());
          } catch (error) {
            reject(error);
          }
          return false;
        };
        if (held) waiting.push(work);
        else work();
      }),
    enter: () =>
      new Promise((resolve) => {
        if (tryEnter()) return resolve();
        waiting.push(() => {
          resolve();
          return true;
        });
      }),
    leave() {
      for (let next = waiting.shift(); next; next = waiting.shift()) if (next()) return;
      held = false;
    },
  };
}

/** How long a write waits for another connection that is writing, in milliseconds. */
export const busyTimeout = 5_000;

const clock = createSystemClock({ keepsAlive: true });

/**
 * Runs `work`, and retries at growing intervals while another connection keeps the database locked, for this many milliseconds. Returns a promise only if
 * it has to wait. SQLite itself must not wait (`timeout: 0`): it would block the process, and with it the connection that it waits for.
 */
export function whenFree(work: () => void, milliseconds: number): Promise<void> | undefined {
  return attempt(work) ? undefined : patiently(work, milliseconds);
}

async function patiently(work: () => void, milliseconds: number): Promise<void> {
  const until = clock.now() + milliseconds;
  for (let pause = 1; clock.now() < until; pause = Math.min(50, pause * 2)) {
    await sleep(pause, clock);
    if (attempt(work)) return;
  }
  work();
}

/** Runs `work`; returns `false` if another connection keeps the database locked. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

/** SQLITE_BUSY and its kinds: https://www.sqlite.org/rescode.html#busy */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === 5;
}
