import type { HistoryPoint } from "../../../page-data/run-head.ts";
import type { Summary } from "../../results/summary.ts";
import type { StoredHeader } from "../../runs/run-header.ts";
import type { StoredRun } from "../../runs/stored-run.ts";
import { wilsonInterval } from "../../statistics/wilson.ts";

/** So many runs are shown, and so many are looked at for them. */
const mostShown = 30;
const mostRead = 60;

/**
 * The pass rates of the runs before one, and its own at the end. Only runs count that came to their end and were of mostly the same scenarios: one of
 * a single scenario says nothing about the suite. Reads the first and the last line of each.
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

/** True when at least half of the scenarios of both together are in both, and both were tried in the same way. */
export function isSameSuite(one: StoredHeader, other: StoredHeader): boolean {
  if (one.deployed !== other.deployed || one.replayed !== other.replayed) return false;
  const [ids, others] = [new Set(one.scenarios), new Set(other.scenarios)];
  return ids.intersection(others).size * 2 >= ids.union(others).size && ids.size > 0;
}

/** What says nothing about the assistant, as what could not be carried out, does not count. */
function pointOf({ run, began = "" }: StoredHeader, counts: Summary["counts"]): HistoryPoint {
  const passed = counts.passed + counts.flaky;
  const counted = passed + counts.failed;
  const { low, high } = wilsonInterval(passed, counted) ?? { low: 0, high: 1 };
  return { run, began, passed, counted, low, high };
}
