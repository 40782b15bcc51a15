import type { Command } from "commander";
import { json, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the commands about what was tested. */
export function addEvidenceCommands(program: Command, run: RunCommand): void {
  program
    .command("fingerprint")
    .argument("[address]", "an assistant, a tool, a file, a vector store or a scenario (default: all of them)")
    .description("show the hashes of everything that determines how something behaves; contacts no target")
    .addOption(target())
    .option(
      "--diff <sides...>",
      "show the differences between two sides: a commit, . for the files, a run, or a fingerprint with evidence",
    )
    .addOption(json())
    .action(run(async () => (await import("../fingerprint/fingerprint.ts")).fingerprint));

  program
    .command("evidence")
    .description("manage the stored evidence of test results")
    .command("add")
    .argument("<folder>", "a folder of evidence that another job stored")
    .description("add evidence from test runs on another machine")
    .action(run(async () => (await import("./add-evidence.ts")).addEvidence));
}
