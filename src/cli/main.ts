import type { Command } from "commander";
import { type Problem, ProblemError, exitCodeOf, problem, advice } from "../problem.ts";
import { problemsForPrograms } from "./invocation.ts";
import { asksForVersion, readVersion } from "./package.ts";
import { Stopped } from "./stopped.ts";
import { joinBail } from "./test/bail.ts";
import { joinTake } from "./sync/take.ts";
import { type Output, isReaderGone } from "./output.ts";
import type { World } from "./world.ts";
import { inShell } from "../kit/shell.ts";

const exitCodes = { crashed: 1, changesPresent: 2, wrongInput: 4, interrupted: 130 };

/** Runs one command line and returns its exit code. An error that is not a Problem is a bug and is rethrown. */
export async function main(argv: readonly string[], given: World): Promise<number> {
  const world = { ...given, stdout: withoutSecrets(given.stdout, given), stderr: withoutSecrets(given.stderr, given) };
  const exitCode = await runCommand(argv, world);
  await world.flush();
  if (hasCrashed(world)) return exitCodes.crashed;
  return exitCode === 0 || exitCode === exitCodes.changesPresent ? ((await unwritten(world)) ?? exitCode) : exitCode;
}

function withoutSecrets(output: Output, { secrets }: World): Output {
  return {
    write: (text) => output.write(secrets.redact(text)),
    command: (line) => output.command(secrets.redact(line)),
    status: (line) => output.status(secrets.redact(line)),
    live: output.live && {
      size: output.live.size,
      show: (lines) => output.live?.show(lines.map((line) => secrets.redact(line))),
    },
    isTTY: output.isTTY,
    get columns() {
      return output.columns;
    },
  };
}

/** The exit code for output that could not be written, unless its reader went away; `null` when everything was written. */
async function unwritten(world: World): Promise<number | null> {
  const error: unknown = world.unheard.reason;
  if (!world.unheard.aborted || !(error instanceof Error) || isReaderGone(error)) return null;
  const problems = await problemsOf(error);
  await report(problems, world);
  return exitCodeOf(problems);
}

async function runCommand(argv: readonly string[], world: World): Promise<number> {
  const version = readVersion();
  if (!asksForVersion(argv)) return runProgram(argv, world, version);
  world.stdout.write(`${version}\n`);
  return 0;
}

/** The problem with a wrong command line, with the corrected line or the help to read. */
function wrongUse(message: string, command: Command, argv: readonly string[]): Problem {
  const names: string[] = [];
  for (let each = command; each.parent !== null; each = each.parent) names.push(each.name());
  const kind = command.commands.length > 0 ? "commands" : "options";
  const [, text = "", meant] = /^(?:error: )?([^]*?)(?:\s+\(Did you mean (.+)\?\))?\s*$/.exec(message) ?? [];
  const help = `playbill ${[...names.toReversed(), "--help"].join(" ")} lists the ${kind}.`;
  if (meant === undefined) return problem("bad_flag", text, advice(help));
  const line = corrected(argv, /'(.+)'$/.exec(text)?.[1], meant);
  const more =
    line === null ? advice(`Did you mean ${meant}? ${help}`) : advice({ purpose: "Did you mean", command: line }, help);
  return problem("bad_flag", text, more);
}

/** The command line with a word in place of the mistyped one; `null` when that is not one of its words. */
function corrected(argv: readonly string[], wrong: string | undefined, meant: string): string | null {
  if (wrong === undefined || !/^[\w-]+$/.test(meant) || !argv.includes(wrong)) return null;
  return ["playbill", ...argv.map((word) => (word === wrong ? meant : inShell(word)))].join(" ");
}

/** Loads and runs the commands. Loading takes as long as starting Node, too long for printing only the version. */
async function runProgram(argv: readonly string[], world: World, version: string): Promise<number> {
  const { CommanderError } = await import("commander");
  const { createProgram } = await import("./program.ts");
  let exitCode = 0;
  const program = createProgram(world, version, (code) => {
    exitCode = code;
  });
  let typedWrong: Problem | null = null;
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(text),
      outputError: (message) => {
        typedWrong = wrongUse(message, command, argv);
      },
    });
  }
  let running = "";
  let asJson = argv.includes("--json");
  program.hook("preAction", (_program, command) => {
    const { json, format } = command.opts<{ json?: true; format?: string }>();
    asJson = json === true || format === "json";
    running = command.name();
  });
  try {
    await untilGivenUp(program.parseAsync(joinBail(joinTake(argv)), { from: "user" }), world.signal, () => running);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      const problems = typedWrong === null ? [] : [typedWrong];
      await report(problems, world);
      if (asJson && problems.length > 0) writeJson(problems, world);
      return exitCodes.wrongInput;
    }
    if (world.signal.aborted) return exitCodes.interrupted;
    const problems = await problemsOf(error);
    await report(problems, world);
    if (asJson) writeJson(problems, world);
    return exitCodeOf(problems);
  }
}

/** Commands that are safe to cut off anywhere. */
const cutAnywhere = new Set(["validate", "plan", "list", "show"]);
/** Milliseconds after an interrupt. A command that cleans up ends on its own once the target stops answering. */
const patience = { cutAnywhere: 500, cleaningUp: 12_000 };

/** Waits for a command, but abandons one that does not end soon after an interrupt. */
async function untilGivenUp(work: Promise<unknown>, signal: AbortSignal, running: () => string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const givenUp = new Promise<never>((_, reject) => {
    const wait = () => {
      const time = cutAnywhere.has(running()) ? patience.cutAnywhere : patience.cleaningUp;
      timer = setTimeout(() => reject(signal.reason), time);
    };
    if (signal.aborted) wait();
    signal.addEventListener("abort", wait, { once: true });
  });
  try {
    await Promise.race([work, givenUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** The problems of an error; rethrows an error that is a bug. */
async function problemsOf(error: unknown): Promise<readonly Problem[]> {
  if (error instanceof ProblemError) return error.problems;
  const { refusedBySystem } = await import("./refused-by-system.ts");
  const refused = refusedBySystem(error);
  if (refused === null) throw error;
  return [refused];
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** True after an uncaught error, which was printed when it happened; cleanup has finished since. */
function hasCrashed({ signal }: World): boolean {
  return signal.reason instanceof Stopped && signal.reason.kind === "crashed";
}

/** Prints problems as JSON for a program that requested JSON output. */
function writeJson(problems: readonly Problem[], world: World): void {
  world.stdout.write(
    `${JSON.stringify({ format_version: 1, problems: problemsForPrograms(problems, world.command(world.cwd)) }, null, 2)}\n`,
  );
}

async function report(problems: readonly Problem[], world: World): Promise<void> {
  const { warn } = await import("./warn.ts");
  warn(world, problems);
}
