import type { Command } from "commander";
import { json, reporter, verbose } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the commands that make reports of what was run before. */
export function addReportCommands(program: Command, run: RunCommand): void {
  program
    .command("report")
    .argument("<run>", "last, the name of a run, or its folder")
    .description("make reports of a stored run")
    .addOption(reporter())
    .addOption(verbose())
    .addOption(json())
    .action(run(async () => (await import("./report.ts")).report));

  program
    .command("merge")
    .argument("<blobs...>", "what the shards of a suite wrote by --reporter blob=FILE")
    .description("make one run of the shards of a suite, with one report and one exit code")
    .addOption(reporter())
    .addOption(verbose())
    .addOption(json())
    .action(run(async () => (await import("./merge.ts")).merge));
}
