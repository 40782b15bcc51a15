import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import { createSystemClock } from "../../kit/clock.ts";
import type { LiveState } from "../../page-data/live.ts";
import { reportFormat } from "../../page-data/run-head.ts";
import type { Problem } from "../../problem.ts";
import { findProjectRoot } from "../../project/files.ts";
import { servedDocument } from "../../scenarios/reports/html/document.ts";
import { pageApp } from "../../scenarios/reports/html/page-app.ts";
import { problemPage } from "../../scenarios/reports/html/scenario-page.ts";
import { emptySummary } from "../../scenarios/results/summary.ts";
import { listen } from "../../server/http/listen.ts";
import { readVersion } from "../package.ts";
import { type FileChanges, watchFiles } from "../test/file-changes.ts";
import { type Beside, watchedTests } from "../test/test.ts";
import type { TestOptions } from "../test/test-options.ts";
import { watchTests } from "../test/watch.ts";
import type { World } from "../world.ts";
import { createBoard } from "./board.ts";
import { liveReporter } from "./live-reporter.ts";
import { notRunRow } from "./not-run.ts";
import { createRuns } from "./runs.ts";
import { createUiApp } from "./ui-app.ts";

/** The options of `playbill ui`: those of `playbill test`, and the port of the page. */
export type UiOptions = Omit<TestOptions, "order"> & { port: number };

/** `playbill ui`: runs the scenarios like `test --watch`, and serves a page on loopback that shows them, until stopped. */
export async function ui(world: World, paths: string[], { port, ...asked }: UiOptions): Promise<number> {
  const options: TestOptions = { retries: 1, ...asked, order: "file" };
  const root = findProjectRoot(world.cwd) ?? world.cwd;
  const clock = createSystemClock({ keepsAlive: false });
  const board = createBoard(emptyState(basename(root), world, options), clock, randomBytes(6).toString("hex"));
  let told = "";
  const beside: Beside = {
    report: liveReporter(board),
    scenarios(chosen) {
      const rows = world.secrets.redactJson(chosen.map(notRunRow));
      // Most file changes do not affect the scenarios, and there may be many of them.
      const text = JSON.stringify(rows);
      if (text !== told) board.tell({ kind: "scenarios", rows });
      told = text;
    },
  };
  const runs = createRuns(
    world,
    (inner) => watchedTests(inner, paths, options, beside),
    () => board.tell({ kind: "idle" }),
  );
  const key = randomBytes(16).toString("hex");
  const app = createUiApp({ board, controls: runs, key, document: servedDocument(await pageApp(), basename(root)) });
  const served = {
    fetch: async (request: string | URL | Request) => app.request(request),
    close: async () => board.close(),
  };
  const listening = await listen(served, "127.0.0.1", port);
  world.stdout.write(`The page is at ${listening.url}/?k=${key}\n\n`);
  const tellProblems = (kind: "problems" | "refused") => (problems: readonly Problem[]) =>
    board.tell({ kind, problems: world.secrets.redactJson(problems.map(problemPage)) });
  let changes: FileChanges | null = null;
  try {
    changes = watchFiles(root);
    return await watchTests(world, runs.tests, changes, {
      read: tellProblems("problems"),
      refused: tellProblems("refused"),
      changed: (files, affected) => board.tell({ kind: "changed", files, affected }),
      next: runs.next,
    });
  } finally {
    changes?.close();
    await listening.close();
  }
}

/** The state of a page before the files are read. */
function emptyState(project: string, world: World, options: TestOptions): LiveState {
  const { target = "", deployed = false } = options;
  return {
    head: {
      format_version: reportFormat,
      playbill: readVersion(),
      project,
      run: null,
      target,
      deployed,
      began: new Date(world.now()).toISOString(),
      time: 0,
      missing: [],
      interrupted: false,
      counts: emptySummary.counts,
      spent: { turns: 0, asked: 0, unknown: 0 },
      baseline: null,
      history: [],
      coverage: null,
      command: `${world.command(world.cwd)} test`,
    },
    rows: [],
    active: [],
    isRunning: false,
    changed: null,
    problems: [],
    refused: [],
  };
}
