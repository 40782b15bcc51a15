import { type Command, Option } from "commander";
import { json } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

const apiKeys = () => new Option("--api-keys <file>", "the file of the keys; default: serve.api_keys of playbill.yaml");

/** Adds the commands for the API keys of a server. */
export function addKeyCommands(program: Command, run: RunCommand): void {
  const key = program.command("key").description("make, list and revoke the API keys of a server");
  key
    .command("new")
    .argument("<name>", "who will send it, as in billing-app")
    .description("make an API key; it is printed once, and only its hash is kept")
    .option("--project <name>", "whose objects it reaches; default: default, which one key alone reaches too")
    .addOption(apiKeys())
    .action(run(async () => (await import("./key.ts")).make));
  key
    .command("list")
    .description("list the API keys: names, projects and last characters")
    .addOption(apiKeys())
    .addOption(json())
    .action(run(async () => (await import("./key.ts")).list));
  key
    .command("revoke")
    .argument("<name>")
    .description("make an API key worthless, also to servers that run")
    .addOption(apiKeys())
    .action(run(async () => (await import("./key.ts")).revoke));
}
