import type { RepeatResult } from "../results/repeat-result.ts";
import type { AttemptResult, ScenarioResult } from "../results/result.ts";

/** The outcome of runs in one line: `4/5 passed (38-96 %), run 3 failed`. The range is the 95% Wilson interval. */
export function runsLine(repeat: RepeatResult): string {
  const { asked, counted, passed, interval, early, failed, uncounted } = repeat;
  const range = interval === null ? "" : ` (${percent(interval.low)}-${percent(interval.high)} %)`;
  return [
    `${passed}/${counted} passed${range}`,
    ...(early ? [`decided after ${counted + uncounted.length} of ${asked}`] : []),
    ...(failed.length > 0 ? [`${runNumbers(failed)} failed`] : []),
    ...(uncounted.length > 0 ? [`${runNumbers(uncounted)} not counted`] : []),
  ].join(", ");
}

/** The name of an attempt: `attempt 1`, `run 3` or `run 3, attempt 1`, preceded by the confirmation if any. */
export function attemptName(attempt: AttemptResult, { attempts, repeat }: ScenarioResult): string {
  const { confirmation, run } = attempt;
  if (repeat === null) return `attempt ${attempts.indexOf(attempt) + 1}`;
  const tries = attempts.filter((each) => each.confirmation === confirmation && each.run === run).length;
  return [
    ...(confirmation > 0 ? [`confirmation ${confirmation}`] : []),
    `run ${run}`,
    ...(tries > 1 ? [`attempt ${attempt.attempt}`] : []),
  ].join(", ");
}

const mostNumbers = 8;

function runNumbers(runs: readonly number[]): string {
  const rest = runs.length - mostNumbers;
  const shown = rest > 1 ? `${runs.slice(0, mostNumbers).join(", ")} and ${rest} more` : runs.join(", ");
  return `${runs.length === 1 ? "run" : "runs"} ${shown}`;
}

function percent(share: number): string {
  return String(Math.round(share * 100));
}
