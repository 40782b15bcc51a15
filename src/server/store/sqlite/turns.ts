/** Lets the transactions of one connection, and single operations between them, follow one another in the order in which they came. */
export interface Turns {
  /** Runs an operation that is over when it returns: at once, unless a transaction is open. */
  run<R>(operation: () => R): Promise<R>;
  /** Resolves when the connection belongs to the caller, until it calls `leave`. */
  enter(): Promise<void>;
  leave(): void;
}

/** The turns of a connection that nobody uses yet. */
export function createTurns(): Turns {
  /** What waits; each gives whether it keeps the turn after that. */
  const waiting: (() => boolean)[] = [];
  let held = false;
  const later = <R>(operation: () => R): Promise<R> =>
    new Promise((resolve, reject) => {
      waiting.push(() => {
        try {
          resolve(operation());
        } catch (error) {
          reject(error);
        }
        return false;
      });
    });
  return {
    run: async (operation) => (held ? later(operation) : operation()),
    async enter() {
      if (held)
        await new Promise<void>((resolve) => {
          waiting.push(() => {
            resolve();
            return true;
          });
        });
      held = true;
    },
    leave() {
      for (let next = waiting.shift(); next; next = waiting.shift()) if (next()) return;
      held = false;
    },
  };
}
