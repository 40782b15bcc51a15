import { appendFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { suggest } from "../../kit/words.ts";
import { type Problem, fail } from "../../problem.ts";
import type { BegunRun, FinishedRun, LiveScreen, ReportContext, Reporter } from "../../scenarios/reports/reporter.ts";
import type { ScenarioResult } from "../../scenarios/results/result.ts";
import type { CreateReporter } from "../../scenarios/reports/reporter.ts";
import { problemsForPrograms, typedHints } from "../invocation.ts";
import { wantsColor } from "../output.ts";
import type { World } from "../world.ts";
import { type ReportFile, openReportFile } from "./report-file.ts";
import { type ReporterKind, reporterKinds, reporterNames } from "./reporter-table.ts";

/** Open reporters. */
export interface OpenReporters {
  all: Reporter[];
  /** Writes the rest and gives the files their final names. */
  close(): Promise<void>;
  /** Deletes the unfinished reports. */
  abandon(): Promise<void>;
}

/** The context of reporters, without their outputs. */
export type ReporterOptions = Omit<ReportContext, "write" | "command" | "appendFile" | "color" | "screen">;

/** A requested reporter; without a file it writes to stdout. */
interface Wanted {
  kind: ReporterKind;
  file: string | undefined;
}

/**
 * Opens the requested reporters: `NAME` writes to stdout, `NAME=FILE` to a file. When all write to files, a list is shown as well.
 * Throws a ProblemError before creating any file when a reporter does not exist, or two would write to the same place. `more` write nothing.
 */
export async function openReporters(
  world: World,
  names: readonly string[],
  options: ReporterOptions,
  more: readonly CreateReporter[] = [],
): Promise<OpenReporters> {
  const wanted = names.map((name) => parseWanted(name, options.root));
  refuseSharedOutput(world, wanted);
  const isScreenFree = wanted.every(({ kind, file }) => file !== undefined || kind.isBeside === true);
  const all: Reporter[] = [];
  const shown = world.command(world.cwd);
  const problemsIn = (kind: ReporterKind | null) => (problems: readonly Problem[]) =>
    kind?.forPrograms === true ? problemsForPrograms(problems, shown) : typedHints(problems, shown);
  const files: ReportFile[] = [];
  const abandon = async () => void (await Promise.all(files.map((each) => each.abandon())));
  for (const { kind, file } of isScreenFree ? [parseWanted("list", options.root), ...wanted] : wanted) {
    const create = await kind.load();
    const output =
      file === undefined
        ? { write: world.stdout.write, command: world.stdout.command, drained: world.flush }
        : await openReportFile(resolve(world.cwd, file), world.secrets, kind.isGzipped === true).catch(
            async (error: unknown) => {
              await abandon();
              throw error;
            },
          );
    if ("close" in output) files.push(output);
    const color = file === undefined && wantsColor(world.stdout, world.env);
    const { write, command = write } = output;
    const reporter = create({
      ...options,
      write,
      command,
      appendFile: appendTo(world),
      color,
      screen: file === undefined ? liveScreen(world) : null,
    });
    all.push(withHints(reporter, problemsIn(kind), output.drained));
  }
  for (const create of more) {
    const write = () => {};
    const silent = { write, command: write, appendFile: appendTo(world), color: false, screen: null };
    const reporter = create({ ...options, ...silent });
    all.push(withHints(reporter, problemsIn(null), async () => {}));
  }
  return {
    all,
    abandon,
    async close() {
      await Promise.all(files.map((each) => each.close()));
      for (const { kind, file } of wanted) {
        if (kind.usualFile !== undefined && file !== undefined)
          world.stderr.write(`report: ${relative(world.cwd, resolve(world.cwd, file))}\n`);
      }
    },
  };
}

function parseWanted(text: string, root: string): Wanted {
  const at = text.indexOf("=");
  const name = at === -1 ? text : text.slice(0, at);
  const kind = Object.hasOwn(reporterKinds, name) ? reporterKinds[name] : undefined;
  const file = at === -1 ? undefined : text.slice(at + 1);
  if (file === "" || (file === undefined && kind?.needsFile === true)) {
    return fail("bad_flag", `the reporter ${name} needs a file`, {
      hint: `For example: --reporter ${name}=run.${name}`,
    });
  }
  const usual = kind?.usualFile === undefined ? undefined : join(root, kind.usualFile);
  if (kind !== undefined) return { kind, file: file ?? usual };
  const near = suggest(name, reporterNames);
  return fail("unknown_reporter", `there is no reporter "${name}"`, {
    hint: `${near === undefined ? "" : `Did you mean "${near}"? `}Reporters: ${reporterNames.join(", ")}.`,
  });
}

function refuseSharedOutput({ cwd }: World, wanted: readonly Wanted[]): void {
  const alone = wanted.filter(({ kind, file }) => file !== undefined || kind.isBeside !== true);
  const outputs = alone.map(({ file }) => (file === undefined ? "stdout" : resolve(cwd, file)));
  const at = outputs.findIndex((each, index) => outputs.indexOf(each) < index);
  if (at === -1) return;
  fail("bad_flag", `two reporters would write to ${alone[at]?.file ?? "stdout"}`, {
    hint: "Give each its own file, for example: --reporter list --reporter junit=junit.xml",
  });
}

/** Milliseconds between two redraws. */
const drawingTime = 100;

/** The screen for a live view: a terminal with control characters that a person may watch. */
function liveScreen({ stdout, env }: World): LiveScreen | null {
  const { live } = stdout;
  const isSet = (name: string) => env[name] !== undefined && env[name] !== "";
  if (live === null || isSet("NO_COLOR") || env.TERM === "dumb" || isSet("CI")) return null;
  return {
    ...live,
    every(draw) {
      draw();
      const timer = setInterval(draw, drawingTime).unref();
      return () => clearInterval(timer);
    },
  };
}

function appendTo({ secrets }: World): ReportContext["appendFile"] {
  return (path, text) => appendFile(path, secrets.redact(text));
}

/** A reporter whose hints have commands as this user can type them, and which gets the next result of a finished run only after writing the one before. */
function withHints(
  reporter: Reporter,
  problemsIn: (problems: readonly Problem[]) => Problem[],
  drained: () => Promise<void>,
): Reporter {
  const typed = (result: ScenarioResult) => ({ ...result, problems: problemsIn(result.problems) });
  async function* paced(results: AsyncIterable<ScenarioResult>): AsyncGenerator<ScenarioResult> {
    for await (const result of results) {
      await drained();
      yield typed(result);
    }
  }
  return {
    ...reporter,
    result: (result) => reporter.result(typed(result)),
    end: (run) => reporter.end({ ...run, results: (isWanted) => paced(run.results(isWanted)) }),
  };
}

/** Several reporters as one. */
export function together(reporters: readonly Reporter[]): Required<Reporter> {
  return {
    begin: (run: BegunRun) => reporters.forEach((each) => each.begin?.(run)),
    progress: (progress) => reporters.forEach((each) => each.progress?.(progress)),
    result: (result) => reporters.forEach((each) => each.result(result)),
    async end(run: FinishedRun) {
      for (const each of reporters) await each.end(run);
    },
  };
}
