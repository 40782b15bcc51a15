import type { Command } from "commander";
import { target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the command that talks to an assistant. */
export function addChatCommands(program: Command, run: RunCommand): void {
  program
    .command("chat")
    .argument("<assistant>", "its name, for example support")
    .description("chat with an assistant in the terminal or through a pipe")
    .addOption(target())
    .option("--deployed", "use the synced assistant instead of a temporary copy made from the files")
    .action(run(async () => (await import("./chat.ts")).chat));
}
