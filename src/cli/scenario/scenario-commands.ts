import { type Command, InvalidArgumentError, Option } from "commander";
import { redactedKinds, type RedactedKind } from "../../scenarios/transcripts/redaction/kinds.ts";
import { json, target } from "../options.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds the commands that write scenarios of conversations that took place. */
export function addScenarioCommands(program: Command, run: RunCommand): void {
  const scenario = program.command("scenario").description("write scenarios of conversations that took place");
  withSaving(
    scenario
      .command("from-transcript")
      .argument("<files...>", "JSON or JSONL with conversations, or folders with such files")
      .description("write scenarios of conversations in files: messages, threads, responses, data sets"),
  ).action(run(async () => (await import("./from-transcript.ts")).fromTranscript));

  withSaving(
    scenario
      .command("from-thread")
      .argument("<ids...>", "threads, as in thread_abc123")
      .description("write scenarios of threads at a target"),
  )
    .addOption(target())
    .action(run(async () => (await import("./from-thread.ts")).fromThread));

  withSaving(
    scenario
      .command("from-run")
      .argument("<run>", "last, the name of a run, or its folder")
      .argument("<ids...>", "the scenarios of that run whose conversations are written")
      .description("write scenarios of conversations of a stored run"),
  ).action(run(async () => (await import("./from-run.ts")).fromRun));
}

function withSaving(command: Command): Command {
  return command
    .option("--assistant <name>", "the assistant whose conversations these are; default: found by its tools")
    .option("--declare", "declare functions that the assistant does not have, and the assistant when there is none")
    .addOption(
      new Option(
        "--keep <kind>",
        `personal data to leave as it is; may be given several times: ${redactedKinds.join(", ")}`,
      ).argParser(keep),
    )
    .option("--dry-run", "show what would be written; write nothing")
    .addOption(json());
}

function keep(text: string, before: RedactedKind[] | undefined): RedactedKind[] {
  const kind = redactedKinds.find((each) => each === text);
  if (kind === undefined) throw new InvalidArgumentError(`expected one of ${redactedKinds.join(", ")}.`);
  return [...(before ?? []), kind];
}
