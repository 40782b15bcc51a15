import { type Command, Option } from "commander";
import {
  allowDeletes,
  allowMissing,
  concurrency,
  countFromOne,
  dollars,
  failOnSunset,
  json,
  merge,
  take,
  target,
} from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the commands that make a target like the files, and those that undo it. */
export function addSyncCommands(program: Command, run: RunCommand): void {
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
    .action(run(async () => (await import("./plan.ts")).plan));

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
    .action(run(async () => (await import("./sync.ts")).sync));

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
    .action(run(async () => (await import("./destroy.ts")).destroy));

  program
    .command("restore")
    .argument("[snapshot]", "a file of .playbill/snapshots, or its name; or a file that backup wrote")
    .description("put an object back as a snapshot has it, or a database as a backup has it")
    .addOption(target())
    .option("--db <file>", "for a backup: the database; default: as for backup")
    .option("--list", "list the snapshots, the newest first")
    .option("-y, --yes", "do not ask")
    .option("--force-unlock", "take over the lock of a sync that was killed")
    .option("--full", "show every line of long changes")
    .addOption(take())
    .addOption(allowMissing())
    .addOption(json())
    .action(run(async () => (await import("./restore.ts")).restore));

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
    .action(run(async () => (await import("./rollback.ts")).rollback));

  program
    .command("models")
    .description("list the models that are used, until when they are served, and by whom")
    .addOption(target())
    .addOption(json())
    .action(run(async () => (await import("./models.ts")).models));
}
