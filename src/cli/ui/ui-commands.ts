import { type Command, Option } from "commander";
import { collect, countFromOne, port, runCount, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the command that shows tests in a browser while they run. */
export function addUiCommands(program: Command, run: RunCommand): void {
  program
    .command("ui")
    .argument("[paths...]", "scenario files or folders; default: all")
    .description("run the scenarios as test --watch does, and serve a page that shows them")
    .addOption(new Option("--port <n>", "0 takes a free one").argParser(port).default(0))
    .addOption(target())
    .option("--tag <tag>", "only scenarios with this tag; several: with one of them", collect)
    .option("--not-tag <tag>", "no scenario with this tag; may be given several times", collect)
    .option("--grep <pattern>", "only scenarios whose id or name matches")
    .option("--id <id>", "only this scenario; may be given several times", collect)
    .addOption(new Option("-j, --jobs <n>", "how many scenarios to run in parallel").argParser(countFromOne).default(8))
    .addOption(
      new Option("--repeat <n>", "run every scenario so often; default: as its repeat: says, or once").argParser(
        runCount,
      ),
    )
    .addOption(
      new Option("--baseline <file>", "tell what got worse or better since a run that was blessed").conflicts("replay"),
    )
    .option("--deployed", "talk to the assistants that are synced, not to throw-away copies of the files")
    .option("--replay", "play the recordings instead of talking to a target; needs no key and no network")
    .action(run(async () => (await import("./ui.ts")).ui));
}
