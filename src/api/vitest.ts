// What `import ... from "playbill/vitest"` gives: docs/api.md describes it. Nothing in src/ imports this file.
import { printable, printableLine } from "../kit/terminal-text.ts";
import { type ScenarioResult, goodStatuses } from "../scenarios/results/result.ts";
import type { Notice } from "./context.ts";
import { type OptionNames, refuseUnknownOptions } from "./known-options.ts";
import { type LoadOptions, loadProject } from "./loaded-project.ts";
import { type RunOptions, type Runner, type ScenarioInfo, listScenarios, openRunner, runOptions } from "./run.ts";
import { isAskedFor } from "./testing/choose.ts";
import { failureText } from "./texts.ts";
import { errorAt, located } from "./vitest-errors.ts";

export { type PluginOptions, type VitestPlugin, playbill } from "./vitest-plugin.ts";

/** Which scenarios are tests, and how they are run. */
export interface ScenarioTests extends Omit<RunOptions, "signal" | "jobs" | "bail">, LoadOptions {
  /** Run the scenarios of a test file side by side, as many as vitest's `maxConcurrency` says; default: true. */
  concurrent?: boolean | undefined;
  /** Milliseconds for one scenario; default: as long as it takes, as scenarios have limits of their own. */
  timeout?: number | undefined;
  /** Give the tests the tags of their scenarios, which the config of vitest has to define; default: false. Their names have them anyway. */
  tagged?: boolean | undefined;
}

const testOptions: OptionNames<ScenarioTests> = {
  ...runOptions,
  cwd: true,
  env: true,
  needs: true,
  onNotice: true,
  now: true,
  concurrent: true,
  timeout: true,
  tagged: true,
};

/** What is done with a test when it is not a failure. */
interface Context {
  signal: AbortSignal;
  skip: (note?: string) => unknown;
}

/** Milliseconds for deleting what was made at a target. */
const closingTime = 180_000;

/**
 * Makes a test of each scenario, for vitest, in whose test files it is called: `await scenarios()`. The target is opened by the first test of
 * a file that runs, and closed after the last.
 */
export async function scenarios(options: ScenarioTests = {}): Promise<void> {
  refuseUnknownOptions(options, testOptions);
  const { afterAll, test } = await import("vitest");
  const { cwd = process.cwd(), env, now, concurrent = true, timeout = 0, tagged = false } = options;
  const { needs = isAskedFor({ cwd }, options), onNotice = print } = options;
  const project = await located(cwd, () => loadProject({ cwd, env, now, needs, onNotice }));
  const { root } = project;
  const { target, paths, ids, tags, notTags, grep } = options;
  const chosen = { target, paths, ids, tags, notTags, grep };
  const listed = await located(root, () => listScenarios(project, chosen));
  let opened: Promise<Runner> | null = null;
  const open = () => (opened ??= openRunner(project, options, { isEachOnItsOwn: true }));
  for (const info of listed) {
    const settings = { concurrent, timeout, retry: 0, ...(tagged && { tags: [...info.tags] }) };
    test(titleOf(info), settings, async (context) => {
      if (info.skip !== null) return context.skip(info.skip);
      const result = await located(root, async () => resultFrom(await open(), info.id, context));
      conclude(result, root, context);
    });
  }
  afterAll(async () => {
    await opened?.then(
      ({ close }) => close(),
      () => {},
    );
  }, closingTime);
}

/** Prints what code of the project prints, and defects of ours, to the test that runs. */
function print(notice: Notice): void {
  if (notice.kind === "printed") console.log(printable(notice.text.trimEnd()));
  if (notice.kind === "fault") console.error(notice.error);
}

/** The id, the name where it says more, and the tags: `refund: Asks for a refund @smoke`. */
function titleOf({ id, name, tags }: ScenarioInfo): string {
  const words = name === id ? id : `${id}: ${name}`;
  return printableLine([words, ...tags.map((tag) => `@${tag}`)].join(" "));
}

async function resultFrom({ selected, run }: Runner, id: string, { signal }: Context): Promise<ScenarioResult> {
  const chosen = selected.filter((scenario) => scenario.id === id);
  for await (const result of run(chosen, signal)) return result;
  throw new Error(`${id} was not run`);
}

/** Passes, skips or fails a test by its result. */
function conclude(result: ScenarioResult, root: string, { skip }: Context): void {
  const { status, reason, id, file, quarantine } = result;
  if (goodStatuses.has(status)) return;
  if (status === "quarantined") return void skip(`quarantined: ${quarantine?.reason ?? ""}`);
  if (status === "skipped") return void skip(reason ?? undefined);
  const place = result.verdicts.find(({ pass, severity }) => !pass && severity === "gate")?.place;
  const problem = result.problems.find(({ severity }) => severity === "error")?.place;
  const text = reason === null ? failureText(result) : `${failureText(result)}\n\n${status}: ${printable(reason)}`;
  throw errorAt(text, id, root, place ?? problem ?? { file, line: 1, column: 1 });
}
