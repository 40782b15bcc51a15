import { type Command, Option } from "commander";
import { collect, countFromOne, port, runCount, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the command that shows tests in a browser while they run. */
export function addUiCommands(program: Command, run: RunCommand): void {
  program
    .command("ui")
    .argument("[paths...]", "scenario files or folders (default: all)")
    .description("run the scenarios like test --watch, and serve a page that shows the results live")
    .addOption(new Option("--port <n>", "the port; 0 picks a free one").argParser(port).default(0))
    .addOption(target())
    .option("--tag <tag>", "only scenarios with this tag, or with any of several (repeatable)", collect)
    .option("--not-tag <tag>", "skip scenarios with this tag (repeatable)", collect)
    .option("--grep <pattern>", "only scenarios whose id or name matches")
    .option("--id <id>", "only this scenario (repeatable)", collect)
    .addOption(
      new Option("-j, --jobs <n>", "number of scenarios to run in parallel").argParser(countFromOne).default(8),
    )
    .addOption(
      new Option("--repeat <n>", "number of runs of every scenario (default: its repeat:, otherwise 1)").argParser(
        runCount,
      ),
    )
    .addOption(new Option("--baseline <file>", "show what got worse or better than a blessed run").conflicts("replay"))
    .option("--deployed", "use the synced assistants instead of temporary copies made from the files")
    .option("--replay", "replay the recordings instead of contacting a target; needs no key and no network")
    .action(run(async () => (await import("./ui.ts")).ui));
}
