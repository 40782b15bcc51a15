import { type Command, InvalidArgumentError, Option } from "commander";
import { mutationKinds } from "../../scenarios/mutation/mutation-kinds.ts";
import { countFromOne, dollars, json, percent, seed, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

const kinds: readonly string[] = mutationKinds;

function kindOfMutation(text: string, before: string[] = []): string[] {
  if (!kinds.includes(text)) throw new InvalidArgumentError(`expected one of ${kinds.join(", ")}.`);
  return [...before, text];
}

/** Adds the commands that tell how much a suite is worth. */
export function addCoverageCommands(program: Command, run: RunCommand): void {
  program
    .command("coverage")
    .argument("[runs...]", "last, names of runs, or their folders; default: the last one at the target")
    .description("tell what the scenarios reached in stored runs, and what they did not; runs nothing")
    .addOption(target())
    .addOption(
      new Option("--fail-under <percent>", "exit with 1 when less is reached of all that is counted").argParser(
        percent,
      ),
    )
    .addOption(json())
    .action(run(async () => (await import("./coverage.ts")).coverage));

  program
    .command("mutate")
    .description("change assistants and stubs for the worse, one thing at a time, and tell what no scenario notices")
    .addOption(target())
    .addOption(
      new Option(
        "--only <kind>",
        "only this kind of change: paragraph, rule, argument, tool, file, model, stub; may be given several times",
      ).argParser(kindOfMutation),
    )
    .addOption(new Option("--max <n>", "only so many mutants, chosen at random").argParser(countFromOne))
    .addOption(new Option("--seed <n>", "the same seed, the same choice").argParser(seed))
    .option("--smaller <model>", "try this model in place of each assistant's own")
    .addOption(
      new Option("-j, --jobs <n>", "how many conversations to run in parallel").argParser(countFromOne).default(8),
    )
    .addOption(new Option("--budget <usd>", "begin no other call when so many US dollars are spent").argParser(dollars))
    .addOption(
      new Option("--fail-under <percent>", "exit with 1 when less of the mutants are noticed").argParser(percent),
    )
    .option("--list", "show the mutants, and run nothing")
    .option("-y, --yes", "do not ask")
    .addOption(json())
    .action(run(async () => (await import("../mutate/mutate.ts")).mutate));
}
