import { type Command, Option } from "commander";
import { collect, count, countFromOne, dollars, json, reporter, seed, shard, runCount, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Options that are about one run, not about two. */
const oneRun = "record replay against resume lastFailed baseline watch list dryRun".split(" ");

/** Adds the commands that run scenarios, and those that work on what was run. */
export function addTestCommands(program: Command, run: RunCommand): void {
  program
    .command("test")
    .argument("[paths...]", "scenario files or folders; default: all")
    .description("run the scenarios")
    .addOption(target())
    .option("--tag <tag>", "only scenarios with this tag; several: with one of them", collect)
    .option("--not-tag <tag>", "no scenario with this tag; may be given several times", collect)
    .option("--grep <pattern>", "only scenarios whose id or name matches")
    .option("--id <id>", "only this scenario; may be given several times", collect)
    .addOption(new Option("-j, --jobs <n>", "how many scenarios to run in parallel").argParser(countFromOne).default(8))
    .addOption(
      new Option("--order <order>", "in which order scenarios begin: as in the files, or at random")
        .choices(["file", "random"])
        .default("file"),
    )
    .addOption(
      new Option("--seed <n>", "repeats what was chosen at random: the same seed, the same choices").argParser(seed),
    )
    .addOption(new Option("--bail [n]", "stop at the first scenario that fails, or the n-th").argParser(countFromOne))
    .addOption(
      new Option("--budget <usd>", "begin no other call when so many US dollars are spent")
        .argParser(dollars)
        .conflicts("replay"),
    )
    .option("--last-failed", "only what did not pass in the last run at this target")
    .addOption(
      new Option("--resume <run>", "go on with a run that was cut off: last, its name, or its folder").conflicts(
        "tag notTag grep id lastFailed shard deployed affected against replay".split(" "),
      ),
    )
    .addOption(new Option("--shard <i/n>", "only the i-th of n parts of the suite").argParser(shard))
    .addOption(
      new Option("--watch", "run again what a change of files touches, until you stop it").conflicts(
        "list dryRun resume affected against lastFailed shard json".split(" "),
      ),
    )
    .option("--list", "show what would be run, and run nothing")
    .option("--dry-run", "the same as --list")
    .addOption(
      new Option("--repeat <n>", "run every scenario so often; default: as its repeat: says, or once").argParser(
        runCount,
      ),
    )
    .addOption(
      new Option("--retries <n>", "how often a run is tried again that the other side made fail")
        .argParser(count)
        .default(1),
    )
    .addOption(
      new Option(
        "--confirm <n>",
        "run a scenario that failed up to so many times more; flaky when it passes",
      ).argParser(count),
    )
    .option("--all-runs", "carry out every run, also when the verdict is certain; for a baseline")
    .addOption(
      new Option(
        "--baseline <file>",
        "tell what got worse or better since a run that was blessed; implies --all-runs",
      ).conflicts("replay"),
    )
    .option("--deployed", "talk to the assistants that are synced, not to throw-away copies of the files")
    .option(
      "--affected [reference]",
      "only scenarios that a change touches: since a commit or branch, or by a saved plan; default: since the branch left main",
    )
    .addOption(
      new Option(
        "--against <reference>",
        "run the scenarios of a commit with the assistants of the working tree, and say what was removed or weakened since",
      ).conflicts("lastFailed affected".split(" ")),
    )
    .addOption(
      new Option("--targets <a,b>", "run the scenarios at two targets, and print where they differ")
        .argParser((text: string) => text.split(","))
        .conflicts([...oneRun, "target", "models"]),
    )
    .addOption(
      new Option("--models <old,new>", "run the scenarios with two models, and print where they differ")
        .argParser((text: string) => text.split(","))
        .conflicts([...oneRun, "deployed"]),
    )
    .option("--record", "write down each conversation, to be replayed: scenarios/recordings/")
    .option("--replay", "play the recordings instead of talking to a target; needs no key and no network")
    .addOption(reporter())
    .option("-v, --verbose", "print the conversations too; one that is run alone, as it happens")
    .addOption(new Option("--json", "print JSON; the same as --reporter json"))
    .action(run(async () => (await import("./test.ts")).test));

  program
    .command("regrade")
    .argument("<run>", "last, the name of a run, or its folder")
    .description("judge the stored results of a run again, without running anything")
    .addOption(target())
    .addOption(json())
    .action(run(async () => (await import("./regrade.ts")).regrade));

  program
    .command("bless")
    .argument("[run]", "last, the name of a run, or its folder; default: the last one at the target")
    .description("make a run the baseline that later runs are compared with")
    .addOption(target())
    .option("--out <file>", "the baseline; default: scenarios/baselines/TARGET.json")
    .addOption(new Option("--accept <n>", "say the number when scenarios failed, or got worse").argParser(count))
    .option("-y, --yes", "do not ask")
    .addOption(json())
    .action(run(async () => (await import("./bless.ts")).bless));
}
