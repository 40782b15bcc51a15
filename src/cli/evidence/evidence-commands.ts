import type { Command } from "commander";
import { json, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the commands about what is tested. */
export function addEvidenceCommands(program: Command, run: RunCommand): void {
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
