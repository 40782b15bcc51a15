import { type Command, InvalidArgumentError, Option } from "commander";
import { isAddress } from "../../kit/address.ts";
import { isDuration, toMilliseconds } from "../../kit/duration.ts";
import { collect, count, countFromOne, json, port } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the command that serves the API, and the one that moves what another one had into its database. */
export function addServeCommands(program: Command, run: RunCommand): void {
  program
    .command("serve")
    .description("serve the embedded Assistants and Responses APIs on a port")
    .addOption(new Option("--port <n>", "0 takes a free one (default: 8787)").argParser(port))
    .option("--host <host>", "the address to listen on; another than loopback needs a key (default: 127.0.0.1)")
    .option("--api-key <key>", "the key that clients must send (default: PLAYBILL_API_KEY)")
    .option("--api-keys <file>", "the keys that playbill key new makes, each for a project with objects of its own")
    .option(
      "--db <file>",
      "where to keep everything: a file, or postgres://USER@HOST/NAME (default: PLAYBILL_DB, else in memory)",
    )
    .addOption(
      new Option("--db-connections <n>", "the most connections to PostgreSQL (default: 10)").argParser(countFromOne),
    )
    .addOption(new Option("--model <model>", "what answers (default: script)").choices(["script", "openai", "replay"]))
    .option("--record", "write every conversation into scenarios/recordings/, for --model replay")
    .option("--upstream-base-url <url>", "with --model openai: the chat-completions endpoint")
    .option("--upstream-api-key <key>", "with --model openai: its key (default: OPENAI_API_KEY)")
    .option(
      "--upstream-model <name=upstream>",
      "what the endpoint calls a model; *=NAME for every other one; may be given several times",
      collect,
    )
    .option("--packages <folder>", "Python packages (Pyodide wheels) for the code interpreter")
    .addOption(
      new Option("--log <format>", "how to tell of requests, on stderr (default: text)").choices([
        "text",
        "json",
        "faults",
      ]),
    )
    .option("--metrics <address>", "where to answer GET /metrics, for Prometheus, as in 127.0.0.1:9464", address)
    .addOption(
      new Option(
        "--drain <duration>",
        "how long to go on answering after the signal TERM, while /readyz says 503 (default: 0s)",
      ).argParser(duration),
    )
    .option("--cors", "let web pages of any origin use it")
    .option("--allow-reset", "add POST /__playbill/reset, which empties it, for tests")
    .addOption(new Option("--seed <n>", "ids that repeat, for tests").argParser(count))
    .option("--clock <time>", "a clock that stands still, for tests, as in 2026-01-01T00:00:00Z")
    .option("--chaos <rates>", "fault injection, for tests of clients: 429=0.1,500=0.05,drop=0.1,index=0.1,latency=200")
    .action(run(async () => (await import("./serve.ts")).serve));

  program
    .command("migrate-in")
    .argument(
      "<folder>",
      "the export: JSON as the list calls of an Assistants API answered it, with the bytes of files beside it",
    )
    .description(
      "move assistants, threads, messages, files and vector stores of another server into the database of serve, with their ids",
    )
    .option("--db <file>", "the database of serve: a file, or postgres://USER@HOST/NAME (default: that of serve)")
    .option(
      "--project <name>",
      "whose objects they become, as keys for serve have a project (default: the one of --api-key)",
    )
    .addOption(
      new Option("--allow-missing <n>", "say the number when files of the export are without their bytes").argParser(
        count,
      ),
    )
    .option("--dry-run", "count what would be moved, and what cannot be kept; change nothing")
    .addOption(json())
    .action(run(async () => (await import("../migrate-in/migrate-in.ts")).moveExportIn));
}

function address(text: string): string {
  if (!isAddress(text)) throw new InvalidArgumentError("expected an address with a port, as in 127.0.0.1:9464.");
  return text;
}

function duration(text: string): number {
  if (!isDuration(text)) throw new InvalidArgumentError("expected a duration, as in 10s.");
  return toMilliseconds(text);
}
