import type { LogEntry } from "./services.ts";
import { defaultTenant } from "./store/store.ts";

/** Counts log entries, and exports the counts in the text format of Prometheus. Labels are bounded: routes, methods, classes of status, and the projects of keys. */
export interface Metrics {
  note(this: void, entry: LogEntry): void;
  /** The text of a scrape, with the current gauges. */
  text(now: Gauges): string;
}

/** What is counted at a scrape, for this process and all projects. */
export interface Gauges {
  /** Runs in progress. */
  running: number;
  /** Runs that wait for their clients. */
  waiting: number;
  /** Files of vector stores that are being indexed or wait for it. */
  indexing: number;
}

/** Upper bounds in seconds. */
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const runBuckets = [1, 2, 5, 10, 30, 60, 120, 300, 600];
const methods = new Set(["GET", "POST", "DELETE", "HEAD", "OPTIONS"]);

/** Creates empty metrics. */
export function createMetrics(): Metrics {
  const requests = createCounter("playbill_requests_total", "Answered requests.");
  const latency = createHistogram(
    "playbill_request_duration_seconds",
    "Time until the head of an answer is sent; a stream continues after that.",
    requestBuckets,
  );
  const runs = createCounter("playbill_runs_total", "Finished runs, by their final status.");
  const durations = createHistogram(
    "playbill_run_duration_seconds",
    "Time from a run's creation to its end, in whole seconds, including time spent waiting for its client.",
    runBuckets,
  );
  const tokens = createCounter("playbill_tokens_total", "Tokens of finished runs.");
  const faults = createCounter("playbill_faults_total", "Internal errors of the server; each is in the log.");
  return {
    note(entry) {
      if (entry.kind === "request") {
        const route = entry.route ?? "other";
        const method = methods.has(entry.method) ? entry.method : "other";
        const project = entry.project ?? "";
        requests.add({ project, route, method, status: `${Math.floor(entry.status / 100)}xx` });
        latency.add({ route, method }, entry.milliseconds / 1000);
      } else if (entry.kind === "run") {
        const project = entry.project ?? defaultTenant;
        runs.add({ project, status: entry.status });
        durations.add({ status: entry.status }, entry.seconds);
        tokens.add({ project, kind: "prompt" }, entry.usage.prompt_tokens);
        tokens.add({ project, kind: "completion" }, entry.usage.completion_tokens);
      } else if (entry.kind === "fault") faults.add({});
    },
    text({ running, waiting, indexing }) {
      const gauges = [
        gauge("playbill_runs_in_progress", "Runs in progress in this process.", running),
        gauge("playbill_runs_waiting", "Runs of this process that wait for tool outputs of their clients.", waiting),
        gauge("playbill_indexing_files", "Files of vector stores that are not indexed yet.", indexing),
      ];
      const counted = [requests, latency, runs, durations, tokens, faults].map((each) => each.text());
      return [...counted, ...gauges].join("");
    },
  };
}

type Labels = Record<string, string>;

/** Labels with escaped values: https://prometheus.io/docs/instrumenting/exposition_formats/ */
function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

const head = (name: string, help: string, type: string) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;

function gauge(name: string, help: string, value: number): string {
  return `${head(name, help, "gauge")}${name} ${value}\n`;
}

function createCounter(name: string, help: string) {
  const counts = new Map<string, number>();
  return {
    add(labels: Labels, amount = 1): void {
      const key = labelText(labels);
      counts.set(key, (counts.get(key) ?? 0) + amount);
    },
    text: (): string =>
      head(name, help, "counter") + [...counts].map(([labels, count]) => `${name}${labels} ${count}\n`).join(""),
  };
}

function createHistogram(name: string, help: string, bounds: readonly number[]) {
  const series = new Map<string, { labels: Labels; counts: number[]; sum: number; count: number }>();
  return {
    add(labels: Labels, value: number): void {
      const key = labelText(labels);
      const one = series.get(key) ?? { labels, counts: bounds.map(() => 0), sum: 0, count: 0 };
      series.set(key, one);
      for (const [index, bound] of bounds.entries())
        if (value <= bound) one.counts[index] = (one.counts[index] ?? 0) + 1;
      one.sum += value;
      one.count += 1;
    },
    text: (): string =>
      head(name, help, "histogram") +
      [...series.values()]
        .map(({ labels, counts, sum, count }) => {
          const buckets = bounds.map(
            (bound, index) => `${name}_bucket${labelText({ ...labels, le: String(bound) })} ${counts[index]}\n`,
          );
          const all = labelText(labels);
          return `${buckets.join("")}${name}_bucket${labelText({ ...labels, le: "+Inf" })} ${count}\n${name}_sum${all} ${sum}\n${name}_count${all} ${count}\n`;
        })
        .join(""),
  };
}
