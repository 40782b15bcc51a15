import type { Command } from "commander";
import { json, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the commands that write the state of a target into the files. */
export function addImportCommands(program: Command, run: RunCommand): void {
  program
    .command("import")
    .argument("[address]", "the address to give it, for example assistant.support")
    .argument("[id]", "the id of an existing object, for example asst_abc123")
    .description("write YAML for existing objects and start managing them")
    .addOption(target())
    .option("--all", "every object that has no owner")
    .option("--from <path>", "a file or folder with the JSON of the API's list calls; contacts no target")
    .option("--dry-run", "show what would be written without changing anything")
    .addOption(json())
    .action(run(async () => (await import("./import.ts")).importObjects));

  program
    .command("pull")
    .argument("<address>", "an address, for example assistant.support")
    .description("write edits made at the target into the files")
    .addOption(target())
    .option("--merge", "merge instructions that changed in the files too, line by line")
    .option("-y, --yes", "do not ask for confirmation")
    .option("--dry-run", "show what would be written without changing anything")
    .addOption(json())
    .action(run(async () => (await import("../pull/pull.ts")).pull));
}
