import type { Progress } from "../../execution/progress.ts";
import type { ScenarioResult } from "../../results/result.ts";
import { emptySummary } from "../../results/summary.ts";
import type { BegunRun, LiveScreen, ReportContext } from "../reporter.ts";
import type { Paint } from "../status-line.ts";
import { type LiveView, type RunningScenario, liveLines } from "./live-lines.ts";
import { timeLeft } from "./time-left.ts";

/** A live view of a run in progress, below its output. */
export interface ShownRun {
  begin(this: void, run: BegunRun): void;
  progress(this: void, progress: Progress): void;
  result(this: void, result: ScenarioResult): void;
  /** Removes the view. */
  end(this: void): void;
}

type Begun = Omit<RunningScenario, "id" | "elapsed"> & { at: number };

/** Shows a run at the bottom of a terminal, redrawn a few times a second. */
export function createLiveView(
  screen: LiveScreen,
  { now, earlierRuns }: Pick<ReportContext, "now" | "earlierRuns">,
  paint: Paint,
): ShownRun {
  const began = now();
  const waiting = new Set<string>();
  const running = new Map<string, Begun>();
  const counts = { ...emptySummary.counts };
  const times: number[] = [];
  let total = 0;
  let atOnce = 1;
  let cost: number | null = null;
  let expected: ReadonlyMap<string, number> = new Map();
  let stop = () => {};
  const view = (): LiveView => {
    const at = now();
    const remaining = [...waiting].map((id) => {
      const own = running.get(id);
      return { expected: expected.get(id) ?? null, elapsed: own === undefined ? 0 : at - own.at };
    });
    return {
      total,
      counts,
      running: [...running].map(([id, { at: since, attempt, turn }]) => ({ id, elapsed: at - since, attempt, turn })),
      elapsed: at - began,
      cost,
      left: timeLeft(remaining, Math.min(atOnce, remaining.length), times),
    };
  };
  return {
    begin({ header }) {
      for (const id of header.scenarios ?? []) waiting.add(id);
      total = waiting.size;
      stop = screen.every(() => screen.show(liveLines(view(), screen.size(), paint)));
      // Used only to estimate the time left: unreadable runs are ignored.
      void recordedTimes(earlierRuns(header), waiting).then(
        (found) => (expected = found),
        () => {},
      );
    },
    progress(progress) {
      const { scenario, attempt } = progress;
      const { at = now() } = running.get(scenario) ?? {};
      running.set(scenario, { at, attempt, turn: progress.kind === "attempt_begun" ? null : progress.turn });
      atOnce = Math.max(atOnce, running.size);
      if (progress.kind === "turn_ended" && progress.cost !== null) cost = (cost ?? 0) + progress.cost;
    },
    result({ id, status, time }) {
      waiting.delete(id);
      running.delete(id);
      counts[status] += 1;
      if (status !== "skipped" && status !== "not_run") times.push(time);
    },
    end() {
      stop();
      screen.show([]);
    },
  };
}

/** The maximum numbers of runs and of results that are read to estimate how long a run takes. */
const mostRuns = 5;
const mostResults = 2_000;

/** The durations of scenarios in their most recent runs, in milliseconds. */
async function recordedTimes(
  runs: ReturnType<ReportContext["earlierRuns"]>,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>();
  let [readRuns, readResults] = [0, 0];
  for await (const run of runs) {
    for await (const { id, time, status } of run.results()) {
      const isRun = status !== "skipped" && status !== "not_run";
      if (isRun && wanted.has(id) && !times.has(id)) times.set(id, time);
      readResults += 1;
      if (readResults >= mostResults) return times;
    }
    readRuns += 1;
    if (readRuns >= mostRuns || times.size >= wanted.size) return times;
  }
  return times;
}
