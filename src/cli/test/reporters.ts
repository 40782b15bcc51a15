import { mkdir, open } from "node:fs/promises";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { dirname, resolve } from "node:path";
import type { Secrets } from "../../kit/secrets.ts";
import { fail } from "../../problem.ts";
import { createJsonReporter } from "../../scenarios/reports/json.ts";
import { createJunitReporter } from "../../scenarios/reports/junit.ts";
import { createListReporter } from "../../scenarios/reports/list.ts";
import type { ScenarioResult } from "../../scenarios/results/result.ts";
import type { Reporter, Write } from "../../scenarios/reports/reporter.ts";
import { typedHints } from "../invocation.ts";
import { wantsColor } from "../output.ts";
import type { World } from "../world.ts";

/** Reporters that are being written to, until they are closed. */
export interface OpenReporters {
  all: Reporter[];
  close(): Promise<void>;
}

interface ReporterOptions {
  verbose: boolean;
  repeat: (id: string) => string;
  record: (ids: readonly string[]) => string;
}

const names = ["list", "json", "junit"];

/** Opens the reporters that were asked for: `NAME` writes to stdout, `NAME=FILE` to a file. */
export async function openReporters(
  world: World,
  wanted: readonly string[],
  options: ReporterOptions,
): Promise<OpenReporters> {
  refuseSharedOutput(wanted);
  const isScreenFree = wanted.every((each) => each.includes("="));
  const all: Reporter[] = [];
  const closing: (() => Promise<void>)[] = [];
  for (const each of isScreenFree ? ["list", ...wanted] : wanted) {
    const [name = "", file] = each.split("=", 2);
    if (!names.includes(name)) {
      return fail("unknown_reporter", `there is no reporter "${name}"`, {
        hint: `There is: ${names.join(", ")}.`,
      });
    }
    const output =
      file === undefined
        ? { write: world.stdout.write, drained: world.flush, close: async () => {} }
        : await openFile(resolve(world.cwd, file), world.secrets);
    closing.push(output.close);
    const color = file === undefined && wantsColor(world.stdout, world.env);
    const reporter = createReporter(name, output.write, color, options);
    all.push(withHints(reporter, world.command(world.cwd), output.drained));
  }
  return { all, close: async () => void (await Promise.all(closing.map((close) => close()))) };
}

function refuseSharedOutput(wanted: readonly string[]): void {
  const outputs = wanted.map((each) => each.split("=", 2)[1] ?? "stdout");
  const shared = outputs.find((each, index) => outputs.indexOf(each) < index);
  if (shared === undefined) return;
  fail("bad_flag", `two reporters would write to ${shared}`, {
    hint: "Give each a file: --reporter list --reporter junit=junit.xml",
  });
}

function createReporter(
  name: string,
  write: Write,
  color: boolean,
  { verbose, repeat, record }: ReporterOptions,
): Reporter {
  if (name === "json") return createJsonReporter(write);
  if (name === "junit") return createJunitReporter(write, repeat);
  return createListReporter({ write, color, repeat, record, conversations: verbose });
}

/** A reporter that gets commands as this person can type them, and the next result of a finished run when what it wrote of the one before is written. */
function withHints(reporter: Reporter, command: string, drained: () => Promise<void>): Reporter {
  const typed = (result: ScenarioResult) => ({ ...result, problems: typedHints(result.problems, command) });
  async function* paced(results: AsyncIterable<ScenarioResult>): AsyncGenerator<ScenarioResult> {
    for await (const result of results) {
      await drained();
      yield typed(result);
    }
  }
  return {
    result: (result) => reporter.result(typed(result)),
    end: (run) => reporter.end({ ...run, results: (isWanted) => paced(run.results(isWanted)) }),
  };
}

interface ReportFile {
  write: Write;
  drained(this: void): Promise<void>;
  close(this: void): Promise<void>;
}

async function openFile(path: string, { redact }: Secrets): Promise<ReportFile> {
  await mkdir(dirname(path), { recursive: true });
  const stream = (await open(path, "w")).createWriteStream();
  // It is found out when the file is closed.
  stream.on("error", () => {});
  return {
    write: (text) => void stream.write(redact(text)),
    drained: async () => {
      if (stream.writableNeedDrain) await once(stream, "drain").catch(() => {});
    },
    async close() {
      stream.end();
      await finished(stream);
    },
  };
}
