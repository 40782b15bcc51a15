// The exports of "playbill/vitest": docs/api.md describes them. Nothing in src/ imports this file.
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

/** Selects the scenarios to test, and options for running them. */
export interface ScenarioTests extends Omit<RunOptions, "signal" | "jobs" | "bail">, LoadOptions {
  /** Run the scenarios of a test file in parallel, limited by vitest's `maxConcurrency`; default: true. */
  concurrent?: boolean | undefined;
  /** Timeout of a scenario in milliseconds; default: none, as scenarios have their own limits. */
  timeout?: number | undefined;
  /** Give the tests the tags of their scenarios, which vitest's config must define; default: false. Test names always contain them. */
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

/** The used part of vitest's test context. */
interface Context {
  signal: AbortSignal;
  skip: (note?: string) => unknown;
}

/** Milliseconds for deleting the objects created at a target. */
const closingTime = 180_000;

/**
 * Makes each scenario a vitest test; call it in a test file: `await scenarios()`. The target is opened by the first test of
 * a file that runs, and closed after the last one.
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

/** Prints output of the project's code, and Playbill's own bugs, to the current test. */
function print(notice: Notice): void {
  if (notice.kind === "printed") console.log(printable(notice.text.trimEnd()));
  if (notice.kind === "fault") console.error(notice.error);
}

/** The id, the name if it differs, and the tags: `refund: Asks for a refund @smoke`. */
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
