import { type Command, Option } from "commander";
import { json, percent, target } from "../options.ts";
import type { World } from "../world.ts";

/** Makes of a command's module what commander calls. */
type Run = (
  load: () => Promise<(world: World, ...given: never[]) => Promise<number>>,
) => (...given: unknown[]) => Promise<void>;

/** Adds the commands that tell how much a suite is worth. */
export function addCoverageCommands(program: Command, run: Run): void {
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
}
