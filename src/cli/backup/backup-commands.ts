import { type Command } from "commander";
import { target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the command that backs up a database of the server; `restore` takes what it wrote. */
export function addBackupCommands(program: Command, run: RunCommand): void {
  program
    .command("backup")
    .argument("<file>", "where to write it; must not be there yet")
    .description("write the whole database of a server or an embedded target into a file, also while it runs")
    .option("--db <file>", "the database; default: serve.db of playbill.yaml, else that of the default target")
    .addOption(target())
    .action(run(async () => (await import("./backup.ts")).backUp));
}
