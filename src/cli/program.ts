import { Command, Option } from "commander";
import {
  allowDeletes,
  allowMissing,
  collect,
  concurrency,
  countFromOne,
  dollars,
  count,
  failOnSunset,
  json,
  merge,
  port,
  take,
  target,
} from "./options.ts";
import { addCoverageCommands } from "./coverage/coverage-commands.ts";
import { addEvidenceCommands } from "./evidence/evidence-commands.ts";
import { addReportCommands } from "./report/report-commands.ts";
import { addChatCommands } from "./chat/chat-commands.ts";
import { addScenarioCommands } from "./scenario/scenario-commands.ts";
import { addMigrateCommands } from "./migrate/migrate-commands.ts";
import { addTestCommands } from "./test/test-commands.ts";
import { addUiCommands } from "./ui/ui-commands.ts";
import type { RunCommand } from "./run-command.ts";
import type { World } from "./world.ts";

/** Runs a command and gives its exit code. */
/**
 * The commands and their options. A command's own module is loaded only when it runs.
 * `finish` receives the exit code of the command that ran.
 */
export function createProgram(world: World, version: string, finish: (exitCode: number) => void): Command {
  const program = new Command("playbill")
    .description("Keep AI assistants in Git: plan and sync them, test them with scripted conversations.")
    .version(version, "-V, --version")
    .helpCommand(false)
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 something failed, 2 changes present, 3 refused, 4 wrong input, 5 the other side failed, 6 the budget is used up, 7 not decided, 130 interrupted.",
    );

  /** Commander hands an action its arguments, then the options, then the command itself. */
  const run: RunCommand =
    (load) =>
    async (...given) => {
      const action = await load();
      finish(await action(world, ...(given.slice(0, -1) as never[])));
    };

  program
    .command("init")
    .argument("[dir]", "the folder to write into; made when missing", ".")
    .description("write a small project that runs offline at once")
    .action(run(async () => (await import("./init.ts")).init));

  program
    .command("validate")
    .description("check every file, offline")
    .addOption(target())
    .addOption(failOnSunset())
    .addOption(json())
    .action(run(async () => (await import("./validate.ts")).validate));

  program
    .command("plan")
    .argument("[addresses...]", "addresses or globs, as in assistant.we*; default: everything")
    .description("show what sync would change; changes nothing")
    .addOption(target())
    .option("--prune", "plan to delete what is no longer in the files")
    .option("--destroy", "plan to delete everything that this project owns there, as destroy does")
    .option("--detailed-exitcode", "exit with 2 when there are changes")
    .option("--expect-no-changes", "exit with 1 when there are changes, for scheduled drift checks")
    .option("--out <file>", "save the plan, for sync <file>")
    .addOption(new Option("--format <format>", "how to show it").choices(["text", "markdown", "json"]).default("text"))
    .addOption(
      new Option(
        "--behaviour [reference]",
        "show too what changed in behaviour since a commit; default: where the branch left the main branch",
      ).conflicts("destroy"),
    )
    .option("--full", "show every line of long changes")
    .addOption(take())
    .addOption(merge())
    .addOption(allowDeletes())
    .addOption(allowMissing())
    .addOption(concurrency())
    .addOption(failOnSunset())
    .addOption(json())
    .action(run(async () => (await import("./sync/plan.ts")).plan));

  program
    .command("sync")
    .argument("[plan-or-addresses...]", "a saved plan, or addresses or globs; default: everything")
    .description("make the target like the files")
    .addOption(target())
    .option("--prune", "delete what is no longer in the files")
    .option("-y, --yes", "do not ask")
    .option("--plan-hash <hash>", "refuse unless the plan is exactly the one with this hash")
    .option(
      "--gate",
      "first run the scenarios that what would change is not tested by yet; change nothing unless they pass",
    )
    .addOption(new Option("--require-tested", "refuse to change what is not tested; run nothing").conflicts("gate"))
    .option("--allow-untested <reason>", "why something untested may be changed all the same")
    .addOption(
      new Option("--budget <usd>", "with --gate: begin no other call when so many US dollars are spent").argParser(
        dollars,
      ),
    )
    .addOption(
      new Option("-j, --jobs <n>", "with --gate: how many scenarios to run in parallel").argParser(countFromOne),
    )
    .option("--force-unlock", "take over the lock of a sync that was killed")
    .option("--full", "show every line of long changes")
    .addOption(take())
    .addOption(merge())
    .addOption(allowDeletes())
    .addOption(allowMissing())
    .addOption(concurrency())
    .addOption(json())
    .action(run(async () => (await import("./sync/sync.ts")).sync));

  program
    .command("import")
    .argument("[address]", "the address that it gets, as in assistant.support")
    .argument("[id]", "the id of an existing object, as in asst_abc123")
    .description("write YAML for objects that exist, and take them over")
    .addOption(target())
    .option("--all", "every object that nobody owns")
    .option("--from <path>", "JSON as the API's list calls answered, a file or a folder; contacts no target")
    .option("--dry-run", "show what would be written; change nothing")
    .addOption(json())
    .action(run(async () => (await import("./import/import.ts")).importObjects));

  addEvidenceCommands(program, run);

  program
    .command("destroy")
    .description("delete everything that this project owns at the target")
    .addOption(target())
    .option("-y, --yes", "do not ask; needs --allow-deletes with the exact number")
    .option("--force-unlock", "take over the lock of a sync that was killed")
    .addOption(
      new Option("--format <format>", "how to show the plan").choices(["text", "markdown", "json"]).default("text"),
    )
    .option("--full", "show every field of what is deleted")
    .addOption(take())
    .addOption(allowDeletes())
    .addOption(allowMissing())
    .addOption(concurrency())
    .addOption(json())
    .action(run(async () => (await import("./sync/destroy.ts")).destroy));

  program
    .command("restore")
    .argument("[snapshot]", "a file of .playbill/snapshots, or its name")
    .description("put an object back as a snapshot has it")
    .addOption(target())
    .option("--list", "list the snapshots, the newest first")
    .option("-y, --yes", "do not ask")
    .option("--force-unlock", "take over the lock of a sync that was killed")
    .option("--full", "show every line of long changes")
    .addOption(take())
    .addOption(allowMissing())
    .addOption(json())
    .action(run(async () => (await import("./sync/restore.ts")).restore));

  program
    .command("rollback")
    .argument("[addresses...]", "addresses or globs, as in assistant.we*; default: everything")
    .description("go back to what an earlier commit declares, as an ordinary plan")
    .addOption(target())
    .option("--to <commit>", "the commit; default: the one whose sync was changed last")
    .option("-y, --yes", "do not ask")
    .option("--require-tested", "refuse what was not tested as it was then")
    .option("--allow-untested <reason>", "why something untested may be put back all the same")
    .option("--force-unlock", "take over the lock of a sync that was killed")
    .option("--full", "show every line of long changes")
    .addOption(take())
    .addOption(allowMissing())
    .addOption(concurrency())
    .addOption(json())
    .action(run(async () => (await import("./sync/rollback.ts")).rollback));

  program
    .command("pull")
    .argument("<address>", "an address, as in assistant.support")
    .description("write what was edited at the target into the files")
    .addOption(target())
    .option("--merge", "merge instructions that the files changed too, line by line")
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "show what would be written; change nothing")
    .addOption(json())
    .action(run(async () => (await import("./pull/pull.ts")).pull));

  program
    .command("models")
    .description("list the models that are used, until when they are served, and by whom")
    .addOption(target())
    .addOption(json())
    .action(run(async () => (await import("./sync/models.ts")).models));

  addTestCommands(program, run);
  addUiCommands(program, run);
  addCoverageCommands(program, run);
  addReportCommands(program, run);
  addChatCommands(program, run);
  addScenarioCommands(program, run);
  addMigrateCommands(program, run);

  const state = program.command("state").description("inspect and repair what Playbill knows of a target");
  state
    .command("list")
    .description("every object that this project owns at the target")
    .addOption(target())
    .addOption(json())
    .action(run(async () => (await import("./sync/state.ts")).list));
  state
    .command("show")
    .argument("<address>")
    .description("what is known of an object, and how it is at the target now")
    .addOption(target())
    .action(run(async () => (await import("./sync/state.ts")).show));
  state
    .command("mv")
    .argument("<from>")
    .argument("<to>")
    .description("give an object another address")
    .addOption(target())
    .action(run(async () => (await import("./sync/state.ts")).mv));
  state
    .command("rm")
    .argument("<address>")
    .description("forget an object; it stays at the target")
    .addOption(target())
    .action(run(async () => (await import("./sync/state.ts")).rm));
  state
    .command("unprotect")
    .argument("<address>")
    .description("allow an object to be deleted")
    .addOption(target())
    .action(run(async () => (await import("./sync/state.ts")).unprotect));
  state
    .command("dedupe")
    .argument("[addresses...]", "addresses or globs; default: everything")
    .description("delete all but the oldest of several objects that carry one address's marker")
    .addOption(target())
    .action(run(async () => (await import("./sync/state.ts")).dedupe));
  state
    .command("rebuild")
    .description("find this project's objects at the target by their markers")
    .addOption(target())
    .action(run(async () => (await import("./sync/state.ts")).rebuild));

  program
    .command("serve")
    .description("serve the embedded Assistants API on a port")
    .addOption(new Option("--port <n>", "0 takes a free one").argParser(port).default(8787))
    .option("--host <host>", "the address to listen on; another than loopback needs --api-key", "127.0.0.1")
    .option("--api-key <key>", "the key that clients must send (default: PLAYBILL_API_KEY)")
    .option("--db <file>", "where to keep everything; default: in memory")
    .addOption(new Option("--model <model>", "what answers").choices(["script", "openai", "replay"]).default("script"))
    .option("--record", "write every conversation into scenarios/recordings/, for --model replay")
    .option("--upstream-base-url <url>", "with --model openai: the chat-completions endpoint")
    .option("--upstream-api-key <key>", "with --model openai: its key (default: OPENAI_API_KEY)")
    .option(
      "--upstream-model <name=upstream>",
      "what the endpoint calls a model; *=NAME for every other one; may be given several times",
      collect,
    )
    .option("--packages <folder>", "Python packages (Pyodide wheels) for the code interpreter")
    .addOption(
      new Option("--log <format>", "how to tell of requests, on stderr")
        .choices(["text", "json", "faults"])
        .default("text"),
    )
    .option("--cors", "let web pages of any origin use it")
    .option("--allow-reset", "add POST /__playbill/reset, which empties it, for tests")
    .addOption(new Option("--seed <n>", "ids that repeat, for tests").argParser(count))
    .option("--clock <time>", "a clock that stands still, for tests, as in 2026-01-01T00:00:00Z")
    .option("--chaos <rates>", "fault injection, for tests of clients: 429=0.1,500=0.05,drop=0.1,index=0.1,latency=200")
    .action(run(async () => (await import("./serve/serve.ts")).serve));

  return program;
}
