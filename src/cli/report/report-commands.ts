import type { Command } from "commander";
import { json, reporter, verbose } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the commands that make reports from stored runs. */
export function addReportCommands(program: Command, run: RunCommand): void {
  program
    .command("report")
    .argument("<run>", "last, the name of a run, or its folder")
    .description("make reports from a stored run")
    .addOption(reporter())
    .addOption(verbose())
    .addOption(json())
    .action(run(async () => (await import("./report.ts")).report));

  program
    .command("merge")
    .argument("<blobs...>", "the files that shards of a suite wrote with --reporter blob=FILE")
    .description("merge the shards of a suite into one run, with one report and one exit code")
    .addOption(reporter())
    .addOption(verbose())
    .addOption(json())
    .action(run(async () => (await import("./merge.ts")).merge));
}
