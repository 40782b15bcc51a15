import type { Secrets } from "../kit/secrets.ts";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { recordingsFolder } from "../project/folders.ts";
import { loadServedRecordings } from "../project/recordings.ts";
import { schemaLine } from "../project/write/schema-line.ts";
import type { WrittenServedRecording } from "../project/schemas/served-recording.ts";
import { ProblemError, fail } from "../problem.ts";
import type { Keep } from "../server/models/record.ts";
import type { RecordedRound } from "../server/models/recorded-round.ts";
import type { Recording } from "../server/models/replay.ts";

/** The recordings of the project in `root`. Throws a ProblemError when one is unusable, or when there are none. */
export function readRecordings(root: string): Recording[] {
  const { recordings, problems, ofTests } = loadServedRecordings(root);
  if (problems.length > 0) throw new ProblemError(problems);
  if (recordings.length > 0) return recordings.map(({ name, value }) => fromFile(name, value));
  const others = ofTests === 0 ? "" : ` that serve --record wrote; ${unplayed(ofTests)}`;
  return fail("no_recordings", `there are no recordings in ${recordingsFolder}/${others}`, {
    hint: "Record some with a real model: playbill serve --model openai --upstream-base-url URL --record",
  });
}

/** A note about recordings in `root` that only `test --replay` uses; `null` when there are none. */
export function unplayedRecordings(root: string): string | null {
  const { ofTests } = loadServedRecordings(root);
  return ofTests === 0 ? null : unplayed(ofTests);
}

function unplayed(count: number): string {
  return `${count} of test --record only ${count === 1 ? "works" : "work"} with playbill test --replay`;
}

/** Writes recordings into the project in `root`, one file per conversation, without secrets; each is written completely or not at all. */
export function keepRecordings(root: string, { redactJson }: Secrets): Keep {
  const folder = join(root, recordingsFolder);
  const line = schemaLine("served-recording", recordingsFolder, (path) => existsSync(join(root, path)));
  return (recording, replaces) => {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${recording.id}.yaml`);
    const text = line + stringify(redactJson(toFile(recording)), { lineWidth: 0, blockQuote: "literal" });
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    if (replaces !== null) rmSync(join(folder, `${replaces}.yaml`), { force: true });
  };
}

function toFile({ assistantName, fingerprint, turns }: Recording): WrittenServedRecording {
  return {
    assistant: assistantName,
    fingerprint,
    turns: turns.map(({ user, rounds }) => ({ user, rounds: rounds.map(roundToFile) })),
  };
}

function roundToFile({
  text,
  refusal,
  calls,
  usage,
  finish,
}: RecordedRound): WrittenServedRecording["turns"][number]["rounds"][number] {
  return {
    ...(text === "" ? {} : { text }),
    ...(refusal === "" ? {} : { refusal }),
    ...(calls.length === 0 ? {} : { calls }),
    usage: { prompt_tokens: usage.promptTokens, completion_tokens: usage.completionTokens },
    finish,
  };
}

function fromFile(id: string, { assistant, fingerprint, turns }: WrittenServedRecording): Recording {
  return {
    id,
    assistantName: assistant,
    fingerprint,
    opening: [],
    turns: turns.map(({ user, rounds }) => ({
      user,
      rounds: rounds.map(({ text = "", refusal = "", calls = [], usage, finish }) => ({
        text,
        refusal,
        calls,
        usage: { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens },
        finish,
      })),
    })),
  };
}
