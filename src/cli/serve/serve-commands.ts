import { type Command, InvalidArgumentError, Option } from "commander";
import { isAddress } from "../../kit/address.ts";
import { isDuration, toMilliseconds } from "../../kit/duration.ts";
import { collect, count, countFromOne, json, port } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the command that serves the API, and the command that moves the data of another server into its database. */
export function addServeCommands(program: Command, run: RunCommand): void {
  program
    .command("serve")
    .description("serve the embedded Assistants and Responses APIs on a port")
    .addOption(new Option("--port <n>", "the port; 0 picks a free one (default: 8787)").argParser(port))
    .option("--host <host>", "the address to listen on; any other than loopback needs an API key (default: 127.0.0.1)")
    .option("--api-key <key>", "the key that clients must send (default: PLAYBILL_API_KEY)")
    .option("--api-keys <file>", "a file of keys created by playbill key new, each for a project with its own objects")
    .option(
      "--db <file>",
      "where to store everything: a file, or postgres://USER@HOST/NAME (default: PLAYBILL_DB, otherwise in memory)",
    )
    .addOption(
      new Option("--db-connections <n>", "maximum number of connections to PostgreSQL (default: 10)").argParser(
        countFromOne,
      ),
    )
    .addOption(
      new Option("--model <model>", "the model that answers (default: script)").choices(["script", "openai", "replay"]),
    )
    .option("--record", "record every conversation to scenarios/recordings/, for --model replay")
    .option("--upstream-base-url <url>", "with --model openai: the chat-completions endpoint")
    .option("--upstream-api-key <key>", "with --model openai: its key (default: OPENAI_API_KEY)")
    .option(
      "--upstream-model <name=upstream>",
      "the endpoint's name for a model; *=NAME for all others (repeatable)",
      collect,
    )
    .option("--packages <folder>", "Python packages (Pyodide wheels) for the code interpreter")
    .addOption(
      new Option("--log <format>", "format of the request log on stderr (default: text)").choices([
        "text",
        "json",
        "faults",
      ]),
    )
    .option("--metrics <address>", "address of GET /metrics for Prometheus, for example 127.0.0.1:9464", address)
    .addOption(
      new Option(
        "--drain <duration>",
        "how long to keep answering after SIGTERM, while /readyz returns 503 (default: 0s)",
      ).argParser(duration),
    )
    .option("--cors", "allow web pages from any origin")
    .option("--allow-reset", "add POST /__playbill/reset, which deletes all data, for tests")
    .addOption(new Option("--seed <n>", "reproducible ids, for tests").argParser(count))
    .option("--clock <time>", "a fixed clock, for tests, for example 2026-01-01T00:00:00Z")
    .option("--chaos <rates>", "fault injection, for testing clients: 429=0.1,500=0.05,drop=0.1,index=0.1,latency=200")
    .action(run(async () => (await import("./serve.ts")).serve));

  program
    .command("migrate-in")
    .argument(
      "<folder>",
      "the export: the JSON of the list calls of an Assistants API, with the file contents next to it",
    )
    .description(
      "move assistants, threads, messages, files and vector stores of another server into the database of serve; ids are kept",
    )
    .option("--db <file>", "the database: a file, or postgres://USER@HOST/NAME (default: that of serve)")
    .option(
      "--project <name>",
      "the project to own the objects, as in keys for serve (default: the project of --api-key)",
    )
    .addOption(
      new Option(
        "--allow-missing <n>",
        "confirm the exact number of files whose contents are missing from the export",
      ).argParser(count),
    )
    .option("--dry-run", "count what would be moved and what cannot be kept, without changing anything")
    .addOption(json())
    .action(run(async () => (await import("../migrate-in/migrate-in.ts")).moveExportIn));
}

function address(text: string): string {
  if (!isAddress(text)) throw new InvalidArgumentError("expected an address with a port, for example 127.0.0.1:9464.");
  return text;
}

function duration(text: string): number {
  if (!isDuration(text)) throw new InvalidArgumentError("expected a duration, for example 10s.");
  return toMilliseconds(text);
}
