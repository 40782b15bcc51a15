import { type Command, Option } from "commander";
import { json } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

const apiKeys = () =>
  new Option("--api-keys <file>", "the file with the keys (default: serve.api_keys in playbill.yaml)");

/** Adds the commands for the API keys of a server. */
export function addKeyCommands(program: Command, run: RunCommand): void {
  const key = program.command("key").description("create, list and revoke the API keys of a server");
  key
    .command("new")
    .argument("<name>", "the client that will use it, for example billing-app")
    .description("create an API key; it is printed once, and only its hash is stored")
    .option(
      "--project <name>",
      "the project whose objects it can access (default: default, which --api-key accesses too)",
    )
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
    .description("revoke an API key, also on running servers")
    .addOption(apiKeys())
    .action(run(async () => (await import("./key.ts")).revoke));
}
