import { type Command, InvalidArgumentError, Option } from "commander";
import { mutationKinds } from "../../scenarios/mutation/mutation-kinds.ts";
import { countFromOne, dollars, json, percent, seed, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

const kinds: readonly string[] = mutationKinds;

function kindOfMutation(text: string, before: string[] = []): string[] {
  if (!kinds.includes(text)) throw new InvalidArgumentError(`expected one of ${kinds.join(", ")}.`);
  return [...before, text];
}

/** Adds the commands that measure how good a suite is. */
export function addCoverageCommands(program: Command, run: RunCommand): void {
  program
    .command("coverage")
    .argument("[runs...]", "last, names of runs, or their folders (default: the last run at the target)")
    .description("show what the scenarios covered in stored runs, and what they did not; runs nothing")
    .addOption(target())
    .addOption(new Option("--fail-under <percent>", "exit with 1 when the coverage is lower").argParser(percent))
    .addOption(json())
    .action(run(async () => (await import("./coverage.ts")).coverage));

  program
    .command("mutate")
    .description("make assistants and stubs worse, one change at a time, and list the changes that no scenario notices")
    .addOption(target())
    .addOption(
      new Option(
        "--only <kind>",
        "only this kind of change: paragraph, rule, argument, tool, file, model, stub (repeatable)",
      ).argParser(kindOfMutation),
    )
    .addOption(new Option("--max <n>", "at most this many mutants, chosen at random").argParser(countFromOne))
    .addOption(
      new Option("--seed <n>", "seed of the random choice: the same seed makes the same choice").argParser(seed),
    )
    .option("--smaller <model>", "use this model instead of each assistant's own")
    .addOption(
      new Option("-j, --jobs <n>", "number of conversations to run in parallel").argParser(countFromOne).default(8),
    )
    .addOption(new Option("--budget <usd>", "start no new call once this many US dollars are spent").argParser(dollars))
    .addOption(
      new Option("--fail-under <percent>", "exit with 1 when a smaller share of the mutants is noticed").argParser(
        percent,
      ),
    )
    .option("--list", "list the mutants without running anything")
    .option("-y, --yes", "do not ask for confirmation")
    .addOption(json())
    .action(run(async () => (await import("../mutate/mutate.ts")).mutate));
}
