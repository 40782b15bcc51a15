import { type Command, Option } from "commander";
import { collect, count, countFromOne, dollars, json, reporter, seed, shard, runCount, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Options that apply to one run, not to a comparison of two. */
const oneRun = "record replay against resume lastFailed baseline watch list dryRun".split(" ");

/** Adds the commands that run scenarios, and the commands that work on stored runs. */
export function addTestCommands(program: Command, run: RunCommand): void {
  program
    .command("test")
    .argument("[paths...]", "scenario files or folders (default: all)")
    .description("run the scenarios")
    .addOption(target())
    .option("--tag <tag>", "only scenarios with this tag, or with any of several (repeatable)", collect)
    .option("--not-tag <tag>", "skip scenarios with this tag (repeatable)", collect)
    .option("--grep <pattern>", "only scenarios whose id or name matches")
    .option("--id <id>", "only this scenario (repeatable)", collect)
    .addOption(
      new Option("-j, --jobs <n>", "number of scenarios to run in parallel").argParser(countFromOne).default(8),
    )
    .addOption(
      new Option("--order <order>", "the order in which scenarios start: as in the files, or random")
        .choices(["file", "random"])
        .default("file"),
    )
    .addOption(
      new Option("--seed <n>", "seed of all random choices: the same seed makes the same choices").argParser(seed),
    )
    .addOption(
      new Option("--bail [n]", "stop after the first failed scenario, or after the n-th").argParser(countFromOne),
    )
    .addOption(
      new Option("--budget <usd>", "start no new call once this many US dollars are spent")
        .argParser(dollars)
        .conflicts("replay"),
    )
    .option("--last-failed", "only scenarios that did not pass in the last run at this target")
    .addOption(
      new Option("--resume <run>", "continue an interrupted run: last, its name, or its folder").conflicts(
        "tag notTag grep id lastFailed shard deployed affected against replay".split(" "),
      ),
    )
    .addOption(new Option("--shard <i/n>", "only the i-th of n shards of the suite").argParser(shard))
    .addOption(
      new Option("--watch", "rerun the scenarios affected by each file change, until you stop it").conflicts(
        "list dryRun resume affected against lastFailed shard json".split(" "),
      ),
    )
    .option("--list", "list what would run, without running anything")
    .option("--dry-run", "the same as --list")
    .addOption(
      new Option("--repeat <n>", "number of runs of every scenario (default: its repeat:, otherwise 1)").argParser(
        runCount,
      ),
    )
    .addOption(
      new Option("--retries <n>", "number of retries of a run that failed because of the target or a service")
        .argParser(count)
        .default(1),
    )
    .addOption(
      new Option(
        "--confirm <n>",
        "rerun a failed scenario up to this many times; it is flaky when it passes",
      ).argParser(count),
    )
    .option("--all-runs", "carry out every run, even when the verdict is already certain; for a baseline")
    .addOption(
      new Option("--baseline <file>", "show what got worse or better than a blessed run; implies --all-runs").conflicts(
        "replay",
      ),
    )
    .option("--deployed", "use the synced assistants instead of temporary copies made from the files")
    .option(
      "--affected [reference]",
      "only scenarios affected by a change: since a commit or branch, or by a saved plan (default: since the branch left main)",
    )
    .addOption(
      new Option(
        "--against <reference>",
        "run the scenarios of a commit with the assistants of the working tree, and show which expectations were removed or weakened since",
      ).conflicts("lastFailed affected".split(" ")),
    )
    .addOption(
      new Option("--targets <a,b>", "run the scenarios at two targets and print the differences")
        .argParser((text: string) => text.split(","))
        .conflicts([...oneRun, "target", "models"]),
    )
    .addOption(
      new Option("--models <old,new>", "run the scenarios with two models and print the differences")
        .argParser((text: string) => text.split(","))
        .conflicts([...oneRun, "deployed"]),
    )
    .option("--record", "record each conversation to scenarios/recordings/, for --replay")
    .option("--replay", "replay the recordings instead of contacting a target; needs no key and no network")
    .addOption(reporter())
    .option("-v, --verbose", "print the conversations too; a single one is printed live")
    .addOption(new Option("--json", "print JSON; the same as --reporter json"))
    .action(run(async () => (await import("./test.ts")).test));

  program
    .command("regrade")
    .argument("<run>", "last, the name of a run, or its folder")
    .description("judge the stored results of a run again with the current expectations; runs nothing")
    .addOption(target())
    .addOption(json())
    .action(run(async () => (await import("./regrade.ts")).regrade));

  program
    .command("bless")
    .argument("[run]", "last, the name of a run, or its folder (default: the last run at the target)")
    .description("make a run the baseline for later runs")
    .addOption(target())
    .option("--out <file>", "the baseline (default: scenarios/baselines/TARGET.json)")
    .addOption(
      new Option("--accept <n>", "confirm the exact number of scenarios that failed or got worse").argParser(count),
    )
    .option("-y, --yes", "do not ask for confirmation")
    .addOption(json())
    .action(run(async () => (await import("./bless.ts")).bless));
}
