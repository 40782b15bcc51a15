import { createWaits } from "../kit/waits.ts";
import type { TurnEvent } from "./target.ts";

/** Tells that work waits for something that is not the assistant, and why; `null` when it goes on. */
export type OnWaiting = (reason: string | null) => void;

/** What one stream waits for. */
export interface Waiting {
  tell: OnWaiting;
  /** Tells the listener from now on, what is waited for now included, until the function it gives is called. */
  listen: (listener: OnWaiting) => () => void;
}

export function createWaiting(): Waiting {
  const { tell, listen } = createWaits();
  return { tell: (reason) => tell("", reason), listen: (listener) => listen("", listener) };
}

/** Does work and gives its waiting as events of the turn; returns what the work gives. */
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

/** Gives the events that `read` makes of a stream's values, and what is waited for between them, as far as `listen` hears of it. */
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
