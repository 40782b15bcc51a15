import type { Command } from "commander";
import { json } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the commands that write scenarios of suites of other tools. */
export function addMigrateCommands(program: Command, run: RunCommand): void {
  const migrate = program.command("migrate").description("write scenarios of the suites of other tools");
  withWriting(
    migrate
      .command("evals")
      .argument("<files...>", "JSON of an eval of OpenAI's API, of its runs, and JSONL with its data")
      .description("write scenarios of hosted evals: string checks, similarity, model graders"),
  ).action(run(async () => (await import("./migrate.ts")).migrateEvals));

  withWriting(
    migrate
      .command("promptfoo")
      .argument("<file>", "a suite of promptfoo, as in promptfooconfig.yaml")
      .description("write scenarios of a suite of promptfoo"),
  ).action(run(async () => (await import("./migrate.ts")).migratePromptfoo));
}

function withWriting(command: Command): Command {
  return command
    .option("--assistant <name>", "the assistant that is tested; default: the only one of the project")
    .option("--dry-run", "show what would be written; write nothing")
    .addOption(json());
}
