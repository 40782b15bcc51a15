import type { HistoryPoint } from "../../../page-data/run-head.ts";
import type { Summary } from "../../results/summary.ts";
import type { StoredHeader } from "../../runs/run-header.ts";
import type { StoredRun } from "../../runs/stored-run.ts";
import { wilsonInterval } from "../../statistics/wilson.ts";

/** The maximum number of runs shown, and of runs looked at. */
const mostShown = 30;
const mostRead = 60;

/**
 * The pass rates of earlier runs, with the run's own at the end. Only complete runs of mostly the same scenarios count: a run of a single
 * scenario tells nothing about the suite. Reads the first and the last line of each run.
 */
export async function historyOf(
  header: StoredHeader,
  counts: Summary["counts"],
  earlier: AsyncIterable<StoredRun>,
): Promise<HistoryPoint[]> {
  const points: HistoryPoint[] = [pointOf(header, counts)].filter(({ counted }) => counted > 0);
  let read = 0;
  for await (const run of earlier) {
    read += 1;
    if (read > mostRead || points.length === mostShown) break;
    if (!isSameSuite(header, run.header)) continue;
    const end = await run.end().catch(() => null);
    if (end === null || end.counts === null || end.interrupted) continue;
    const point = pointOf(run.header, end.counts);
    if (point.counted > 0) points.push(point);
  }
  return points.toReversed();
}

/** True when the two runs share at least half of all their scenarios and were run in the same way. */
export function isSameSuite(one: StoredHeader, other: StoredHeader): boolean {
  if (one.deployed !== other.deployed || one.replayed !== other.replayed) return false;
  const [ids, others] = [new Set(one.scenarios), new Set(other.scenarios)];
  return ids.intersection(others).size * 2 >= ids.union(others).size && ids.size > 0;
}

/** Scenarios without a verdict about the assistant, such as those that could not run, do not count. */
function pointOf({ run, began = "" }: StoredHeader, counts: Summary["counts"]): HistoryPoint {
  const passed = counts.passed + counts.flaky;
  const counted = passed + counts.failed;
  const { low, high } = wilsonInterval(passed, counted) ?? { low: 0, high: 1 };
  return { run, began, passed, counted, low, high };
}
