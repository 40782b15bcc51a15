import type { Command } from "commander";
import { json, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the command that lists what a target publishes. */
export function addBundleCommands(program: Command, run: RunCommand): void {
  program
    .command("bundle")
    .description("list the assistants that sync published to the target's bundle")
    .addOption(target())
    .option("--types", "print TypeScript declarations for the bundle instead")
    .addOption(json())
    .action(run(async () => (await import("./bundle.ts")).bundle));
}
