import { type Command, InvalidArgumentError, Option } from "commander";
import { redactedKinds, type RedactedKind } from "../../scenarios/transcripts/redaction/kinds.ts";
import { json, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the commands that turn recorded conversations into scenarios. */
export function addScenarioCommands(program: Command, run: RunCommand): void {
  const scenario = program.command("scenario").description("write scenarios from real conversations");
  withSaving(
    scenario
      .command("from-transcript")
      .argument("<files...>", "JSON or JSONL files with conversations, or folders of such files")
      .description("write scenarios from conversations in files: messages, threads, responses, data sets"),
  ).action(run(async () => (await import("./from-transcript.ts")).fromTranscript));

  withSaving(
    scenario
      .command("from-thread")
      .argument("<ids...>", "threads, for example thread_abc123")
      .description("write scenarios from threads at a target"),
  )
    .addOption(target())
    .action(run(async () => (await import("./from-thread.ts")).fromThread));

  withSaving(
    scenario
      .command("from-run")
      .argument("<run>", "last, the name of a run, or its folder")
      .argument("<ids...>", "the scenarios of that run whose conversations to write")
      .description("write scenarios from the conversations of a stored run"),
  ).action(run(async () => (await import("./from-run.ts")).fromRun));
}

function withSaving(command: Command): Command {
  return command
    .option("--assistant <name>", "the assistant of these conversations (default: found by the tools used)")
    .option("--declare", "declare functions that the assistant lacks, and the assistant if it does not exist")
    .addOption(
      new Option("--keep <kind>", `personal data to keep (repeatable): ${redactedKinds.join(", ")}`).argParser(keep),
    )
    .option("--dry-run", "show what would be written without writing anything")
    .addOption(json());
}

function keep(text: string, before: RedactedKind[] | undefined): RedactedKind[] {
  const kind = redactedKinds.find((each) => each === text);
  if (kind === undefined) throw new InvalidArgumentError(`expected one of ${redactedKinds.join(", ")}.`);
  return [...(before ?? []), kind];
}
