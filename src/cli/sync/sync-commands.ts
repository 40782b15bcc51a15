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

/** Adds the commands that make a target match the files, and the commands that undo that. */
export function addSyncCommands(program: Command, run: RunCommand): void {
  program
    .command("plan")
    .argument("[addresses...]", "addresses or globs, for example assistant.we* (default: everything)")
    .description("show what sync would change, without changing anything")
    .addOption(target())
    .option("--prune", "also plan to delete objects that are no longer in the files")
    .option("--destroy", "plan to delete everything that this project owns at the target, as destroy does")
    .option("--detailed-exitcode", "exit with 2 when there are changes")
    .option("--expect-no-changes", "exit with 1 when there are changes, for scheduled drift checks")
    .option("--out <file>", "save the plan for sync <file>")
    .addOption(new Option("--format <format>", "output format").choices(["text", "markdown", "json"]).default("text"))
    .addOption(
      new Option(
        "--behaviour [reference]",
        "also show changes in behaviour since a commit (default: where the branch left the main branch)",
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
    .argument("[plan-or-addresses...]", "a saved plan, or addresses or globs (default: everything)")
    .description("make the target match the files")
    .addOption(target())
    .option("--prune", "also delete objects that are no longer in the files")
    .option("-y, --yes", "do not ask for confirmation")
    .option("--plan-hash <hash>", "refuse unless the plan has exactly this hash")
    .option("--gate", "first run the scenarios that have not yet tested the changes; apply only if they pass")
    .addOption(new Option("--require-tested", "refuse to apply untested changes; runs nothing").conflicts("gate"))
    .option("--allow-untested <reason>", "apply untested changes anyway, for this reason")
    .addOption(
      new Option("--budget <usd>", "with --gate: start no new call once this many US dollars are spent").argParser(
        dollars,
      ),
    )
    .addOption(
      new Option("-j, --jobs <n>", "with --gate: number of scenarios to run in parallel").argParser(countFromOne),
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
    .option("-y, --yes", "do not ask for confirmation; needs --allow-deletes with the exact number")
    .option("--force-unlock", "take over the lock of a sync that was killed")
    .addOption(
      new Option("--format <format>", "output format of the plan")
        .choices(["text", "markdown", "json"])
        .default("text"),
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
    .argument("[snapshot]", "a file in .playbill/snapshots or its name, or a file written by backup")
    .description("restore an object from a snapshot, or a database from a backup")
    .addOption(target())
    .option("--db <file>", "for a backup: the database (default: as for backup)")
    .option("--list", "list the snapshots, newest first")
    .option("-y, --yes", "do not ask for confirmation")
    .option("--force-unlock", "take over the lock of a sync that was killed")
    .option("--full", "show every line of long changes")
    .addOption(take())
    .addOption(allowMissing())
    .addOption(json())
    .action(run(async () => (await import("./restore.ts")).restore));

  program
    .command("rollback")
    .argument("[addresses...]", "addresses or globs, for example assistant.we* (default: everything)")
    .description("plan and apply what an earlier commit declares")
    .addOption(target())
    .option("--to <commit>", "the commit (default: the one in effect before the last sync)")
    .option("-y, --yes", "do not ask for confirmation")
    .option("--require-tested", "refuse to go back to an untested state")
    .option("--allow-untested <reason>", "go back to an untested state anyway, for this reason")
    .option("--force-unlock", "take over the lock of a sync that was killed")
    .option("--full", "show every line of long changes")
    .addOption(take())
    .addOption(allowMissing())
    .addOption(concurrency())
    .addOption(json())
    .action(run(async () => (await import("./rollback.ts")).rollback));

  program
    .command("models")
    .description("list the models in use, their shutdown dates, and the assistants that use them")
    .addOption(target())
    .addOption(json())
    .action(run(async () => (await import("./models.ts")).models));
}
