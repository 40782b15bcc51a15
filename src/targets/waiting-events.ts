import { createWaits } from "../kit/waits.ts";
import type { TurnEvent } from "./target.ts";

/** Reports why work waits for something other than the assistant; `null` when it continues. */
export type OnWaiting = (reason: string | null) => void;

/** The waits of one stream. */
export interface Waiting {
  tell: OnWaiting;
  /** Calls the listener with the current wait and all later ones, until the returned function is called. */
  listen: (listener: OnWaiting) => () => void;
}

export function createWaiting(): Waiting {
  const { tell, listen } = createWaits();
  return { tell: (reason) => tell("", reason), listen: (listener) => listen("", listener) };
}

/** Does work and yields its waits as turn events; returns the result of the work. */
export async function* withWaiting<T>(work: (onWaiting: OnWaiting) => Promise<T>): AsyncGenerator<TurnEvent, T> {
  const events: TurnEvent[] = [];
  let wake = () => {};
  let isDone = false;
  const result = work((reason) => {
    events.push(reason === null ? { kind: "resumed" } : { kind: "waiting", reason });
    wake();
  });
  const end = () => {
    isDone = true;
    wake();
  };
  result.then(end, end);
  for (;;) {
    for (let event = events.shift(); event !== undefined; event = events.shift()) yield event;
    if (isDone) return result;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

/** Yields the events that `read` makes from a stream's values, and the waits between them that `listen` reports. */
export async function* readWithWaiting<T>(
  stream: AsyncIterable<T>,
  read: (value: T) => TurnEvent[],
  listen: (onWaiting: OnWaiting) => () => void,
): AsyncGenerator<TurnEvent> {
  const values = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = yield* withWaiting(async (onWaiting) => {
        const stop = listen(onWaiting);
        return values.next().finally(stop);
      });
      if (next.done === true) return;
      yield* read(next.value);
    }
  } finally {
    await values.return?.();
  }
}
