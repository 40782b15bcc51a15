import type { Command } from "commander";
import { json, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the commands that write into the files what is at a target. */
export function addImportCommands(program: Command, run: RunCommand): void {
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
    .action(run(async () => (await import("./import.ts")).importObjects));

  program
    .command("pull")
    .argument("<address>", "an address, as in assistant.support")
    .description("write what was edited at the target into the files")
    .addOption(target())
    .option("--merge", "merge instructions that the files changed too, line by line")
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "show what would be written; change nothing")
    .addOption(json())
    .action(run(async () => (await import("../pull/pull.ts")).pull));
}
