import type { Command } from "commander";
import { json } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the commands that convert suites of other tools to scenarios. */
export function addMigrateCommands(program: Command, run: RunCommand): void {
  const migrate = program.command("migrate").description("convert suites of other tools to scenarios");
  withWriting(
    migrate
      .command("evals")
      .argument("<files...>", "JSON of an eval from OpenAI's API and of its runs, and JSONL with its data")
      .description("convert hosted evals to scenarios: string checks, similarity, model graders"),
  ).action(run(async () => (await import("./migrate.ts")).migrateEvals));

  withWriting(
    migrate
      .command("promptfoo")
      .argument("<file>", "a promptfoo suite, for example promptfooconfig.yaml")
      .description("convert a promptfoo suite to scenarios"),
  ).action(run(async () => (await import("./migrate.ts")).migratePromptfoo));
}

function withWriting(command: Command): Command {
  return command
    .option("--assistant <name>", "the assistant to test (default: the only one in the project)")
    .option("--dry-run", "show what would be written without writing anything")
    .addOption(json());
}
