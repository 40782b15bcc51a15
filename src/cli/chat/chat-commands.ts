import type { Command } from "commander";
import { target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the command that talks to an assistant. */
export function addChatCommands(program: Command, run: RunCommand): void {
  program
    .command("chat")
    .argument("<assistant>", "its name, as in support")
    .description("talk to an assistant in the terminal, or through a pipe")
    .addOption(target())
    .option("--deployed", "talk to the assistant that is synced, not to a throw-away copy of the files")
    .action(run(async () => (await import("./chat.ts")).chat));
}
