import { Command, Option } from "commander";
import { failOnSunset, jobCount, json, target } from "./options.ts";
import { addBackupCommands } from "./backup/backup-commands.ts";
import { addCoverageCommands } from "./coverage/coverage-commands.ts";
import { addEvidenceCommands } from "./evidence/evidence-commands.ts";
import { addBundleCommands } from "./bundle/bundle-commands.ts";
import { addReportCommands } from "./report/report-commands.ts";
import { addChatCommands } from "./chat/chat-commands.ts";
import { addScenarioCommands } from "./scenario/scenario-commands.ts";
import { addMigrateCommands } from "./migrate/migrate-commands.ts";
import { addExamples, addHelpCommands } from "./help/help-commands.ts";
import { addImportCommands } from "./import/import-commands.ts";
import { addServeCommands } from "./serve/serve-commands.ts";
import { addStateCommands } from "./sync/state-commands.ts";
import { addSyncCommands } from "./sync/sync-commands.ts";
import { addTestCommands } from "./test/test-commands.ts";
import { addUiCommands } from "./ui/ui-commands.ts";
import { addKeyCommands } from "./key/key-commands.ts";
import { templateNames } from "./init/templates.ts";
import type { RunCommand } from "./run-command.ts";
import type { World } from "./world.ts";

/**
 * The commands and their options. A command's own module is loaded only when it runs.
 * `finish` receives the exit code of the command that ran.
 */
export function createProgram(world: World, version: string, finish: (exitCode: number) => void): Command {
  const program = new Command("playbill")
    .description("Keep AI assistants in Git: plan and sync them, test them with scripted conversations.")
    .version(version, "-v, --version")
    .enablePositionalOptions()
    .helpCommand(false)
    .addHelpText(
      "after",
      "\nExit codes: 0 success, 1 something failed, 2 changes present, 3 refused, 4 wrong input, 5 the target or a service failed, 6 budget used up, 7 undecided, 130 interrupted.",
    )
    .addHelpText("after", () => `\n${world.command(world.cwd)} help also lists the documentation pages.`);

  /** Commander passes an action its arguments, then the options, then the command itself. */
  const run: RunCommand =
    (load) =>
    async (...given) => {
      const action = await load();
      finish(await action(world, ...(given.slice(0, -1) as never[])));
    };

  program.commandsGroup("A project:");
  program
    .command("init")
    .argument("[dir]", "the folder to write to; created if missing", ".")
    .description("write a project that works offline right away")
    .addOption(new Option("--template <name>", "what the project starts with").choices(templateNames))
    .addOption(
      new Option(
        "--from <source>",
        "start with your own assistants: a file or folder of exported JSON, or the URL of a server",
      ).conflicts("template"),
    )
    .option("-y, --yes", "do not ask for a template; use basic")
    .addOption(
      new Option(
        "--ci-shards <n>",
        "let CI run the suite in this many parallel jobs; in an existing project, writes only the files for CI",
      ).argParser(jobCount),
    )
    .option("--skill", "write SKILL.md for coding agents; in an existing project, writes only that")
    .addOption(
      new Option("--update", "refresh the files that come with Playbill in an existing project").conflicts([
        "template",
        "from",
        "ciShards",
        "skill",
      ]),
    )
    .action(run(async () => (await import("./init/init.ts")).init));

  program
    .command("validate")
    .description("check every file, offline")
    .addOption(target())
    .addOption(failOnSunset())
    .addOption(json())
    .action(run(async () => (await import("./validate.ts")).validate));

  program.commandsGroup("Assistants as code:");
  addSyncCommands(program, run);
  addBundleCommands(program, run);
  addStateCommands(program, run);
  addImportCommands(program, run);
  addEvidenceCommands(program, run);

  program.commandsGroup("Conversations as tests:");
  addTestCommands(program, run);
  addUiCommands(program, run);
  addChatCommands(program, run);
  addReportCommands(program, run);
  addCoverageCommands(program, run);
  addScenarioCommands(program, run);
  addMigrateCommands(program, run);

  program.commandsGroup("An API of your own:");
  addServeCommands(program, run);
  addKeyCommands(program, run);
  addBackupCommands(program, run);

  program.commandsGroup("Help:");
  addHelpCommands(program, run);
  addExamples(program, () => world.command(world.cwd));
  for (const command of program.commands) command.helpCommand(false);

  return program;
}
