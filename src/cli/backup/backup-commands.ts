import { type Command } from "commander";
import { target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the command that backs up a database of the server; `restore` reads its backups. */
export function addBackupCommands(program: Command, run: RunCommand): void {
  program
    .command("backup")
    .argument("<file>", "the file to write; must not exist yet")
    .description("back up the database of a server or an embedded target to a file, even while it is in use")
    .option("--db <file>", "the database (default: serve.db in playbill.yaml, otherwise that of the default target)")
    .addOption(target())
    .action(run(async () => (await import("./backup.ts")).backUp));
}
