import type { Clock } from "./clock.ts";

/** The longest that a timer can wait; beyond it, it would fire at once. */
const longest = 2 ** 31 - 1;

/** The machine's clock, unmoved by changes of the time of day. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const stop = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
        Math.min(milliseconds, longest),
      );
      signal?.addEventListener("abort", stop, { once: true });
    }),
};
