import type { Command } from "commander";
import { json, target } from "../options.ts";
import type { World } from "../world.ts";

/** Makes of a command's module what commander calls. */
type Run = (
  load: () => Promise<(world: World, ...given: never[]) => Promise<number>>,
) => (...given: unknown[]) => Promise<void>;

/** Adds the commands about what is tested. */
export function addEvidenceCommands(program: Command, run: Run): void {
  program
    .command("fingerprint")
    .argument("[address]", "an assistant, a tool, a file, a vector store or a scenario; default: all of them")
    .description("show what decides how something behaves, as hashes; contacts no target")
    .addOption(target())
    .option(
      "--diff <sides...>",
      "show what differs between two: commits, . for the files, a run, or a fingerprint that there is evidence of",
    )
    .addOption(json())
    .action(run(async () => (await import("../fingerprint/fingerprint.ts")).fingerprint));

  program
    .command("evidence")
    .description("what tests showed, as it is kept for later")
    .command("add")
    .argument("<folder>", "a folder of evidence, as a job kept it")
    .description("add what tests showed somewhere else to what is known here")
    .action(run(async () => (await import("./add-evidence.ts")).addEvidence));
}
