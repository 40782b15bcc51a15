import type { Delay } from "../perform.ts";

/** Gives what `work` gives, or throws what `late` makes when it takes longer than that many milliseconds. */
export async function within<T>(
  milliseconds: number,
  work: Promise<T>,
  { delay, late }: { delay: Delay; late: () => Error },
): Promise<T> {
  const done = new AbortController();
  const tooLate = delay(milliseconds, done.signal).then(() => {
    throw late();
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    done.abort();
  }
}
