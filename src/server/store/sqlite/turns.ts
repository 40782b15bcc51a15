/** Lets the transactions of one connection, and single operations between them, follow one another in the order in which they came. */
export interface Turns {
  /** Runs an operation that is over when it returns, once no transaction is open. */
  run<R>(operation: () => R): Promise<R>;
  /** Whether the connection is free; then it belongs to the caller, until it calls `leave`. */
  tryEnter(): boolean;
  /** Resolves when the connection belongs to the caller, until it calls `leave`. */
  enter(): Promise<void>;
  leave(): void;
  isFree(): boolean;
}

/** The turns of a connection that nobody uses yet. */
export function createTurns(): Turns {
  /** What waits; each gives whether it keeps the turn after that. */
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
