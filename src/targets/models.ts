import type { Clock } from "../kit/clock.ts";
import { isDay } from "../kit/duration.ts";
import { asList, asObject, isObject } from "../kit/json.ts";
import { ProblemError } from "../problem.ts";
import type { Call } from "./http/call.ts";

/** Milliseconds that a plan waits for the list. */
const patience = 10_000;

/**
 * The day on which each model is shut down, from `GET /models` (`shutdown_date`, which is optional and may be null); `null` when the
 * target lists no models, has the date for none of them, or takes too long. Requested once, since nothing depends on it.
 */
export async function shutdownDates(call: Call, clock: Clock): Promise<ReadonlyMap<string, string | null> | null> {
  const late = new AbortController();
  const stop = clock.after(patience, () => late.abort());
  try {
    const options = { purpose: "read", signal: late.signal } as const;
    const answer: unknown = await call("list the models", (client) => client.get("/models"), options);
    const told = asList(asObject(answer).data).flatMap((each) => {
      if (!isObject(each) || typeof each.id !== "string" || each.shutdown_date === undefined) return [];
      return [[each.id, dayOf(each.shutdown_date)] as const];
    });
    return told.length === 0 ? null : new Map(told);
  } catch (error) {
    if (late.signal.aborted) return null;
    const isInterrupted = error instanceof ProblemError && error.problems.some(({ code }) => code === "interrupted");
    if (error instanceof ProblemError && !isInterrupted) return null;
    throw error;
  } finally {
    stop();
  }
}

function dayOf(value: unknown): string | null {
  const [day] = typeof value === "string" ? (/^\d{4}-\d\d-\d\d/.exec(value) ?? []) : [];
  return day === undefined || !isDay(day) ? null : day;
}
