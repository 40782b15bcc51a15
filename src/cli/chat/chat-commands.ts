import type { Command } from "commander";
import { target } from "../options.ts";
import type { World } from "../world.ts";

/** Makes of a command's module what commander calls. */
type Run = (
  load: () => Promise<(world: World, ...given: never[]) => Promise<number>>,
) => (...given: unknown[]) => Promise<void>;

/** Adds the command that talks to an assistant. */
export function addChatCommands(program: Command, run: Run): void {
  program
    .command("chat")
    .argument("<assistant>", "its name, as in support")
    .description("talk to an assistant in the terminal, or through a pipe")
    .addOption(target())
    .option("--deployed", "talk to the assistant that is synced, not to a throw-away copy of the files")
    .action(run(async () => (await import("./chat.ts")).chat));
}
