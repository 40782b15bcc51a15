import { expect } from "vitest";
import { createSecrets } from "../../../src/kit/secrets.ts";
import { checkSchema } from "../../../src/project/schema-check.ts";
import type { WrittenRecording } from "../../../src/project/schemas/recording.ts";
import { RecordingFile } from "../../../src/project/schemas/recording.ts";
import { parseYaml } from "../../../src/project/yaml.ts";
import type { Schema } from "../../../src/schema/schema.ts";
import type { RunDeps } from "../../../src/scenarios/execution/attempt.ts";
import { recordingFromFile } from "../../../src/scenarios/recording/from-file.ts";
import type { Recording } from "../../../src/scenarios/recording/recording.ts";
import { createReplay, recordedAnswers, type ReplayedNow } from "../../../src/scenarios/recording/replay.ts";
import { recordingToFile } from "../../../src/scenarios/recording/to-file.ts";
import type { ScenarioResult } from "../../../src/scenarios/results/result.ts";
import { runScenarios } from "../../../src/scenarios/execution/pool.ts";
import type { Scenario } from "../../../src/scenarios/scenario.ts";
import { recordingText } from "../../../src/cli/test/recorder.ts";

const schema = JSON.parse(JSON.stringify(RecordingFile)) as Schema;

/** The recording of a result, written to YAML and read back. */
export function recordingOf({ id, record }: ScenarioResult, more: Partial<Recording> = {}): Recording {
  if (record === null) throw new Error("nothing was recorded");
  const { opening, turns, opinions } = record;
  const about = { scenario: id, target: "real", recorded: "2026-11-26", assistant: {}, code: {} };
  const text = recordingText(recordingToFile({ ...about, opening, turns, opinions: opinions ?? {}, ...more }));
  const { value, problems } = parseYaml("recording.yaml", text);
  expect([...problems, ...checkSchema(schema, value)]).toEqual([]);
  return recordingFromFile(value as WrittenRecording);
}

/** Plays recordings, each as its scenario would be run now; `deps` are those of a target, of which only what needs no target is used. */
export async function replayed(
  pairs: readonly { scenario: Scenario; recording: Recording; now?: Partial<ReplayedNow> }[],
  deps: RunDeps,
): Promise<ScenarioResult[]> {
  const replays = new Map(
    pairs.map(({ scenario, recording, now }) => [
      scenario.id,
      createReplay(recording, {
        scenario,
        fingerprint: { assistant: {} },
        code: {},
        files: {},
        secrets: createSecrets(),
        ...now,
      }),
    ]),
  );
  const replayOf = (id: string) => {
    const found = replays.get(id);
    if (found === undefined) throw new Error(`no recording of ${id}`);
    return found;
  };
  const own: RunDeps = {
    ...deps,
    openConversation: async ({ id }) => replayOf(id).conversation,
    handlers: { open: ({ scenario }) => replayOf(scenario).handlers },
    runTurnOf: ({ id }) => replayOf(id).runTurn,
    answer: recordedAnswers(pairs.map(({ recording }) => recording)),
  };
  const options = {
    jobs: 4,
    bail: null,
    trying: { retries: 0, confirm: 0, allRuns: false },
    signal: new AbortController().signal,
    today: "2026-11-26",
  };
  return Array.fromAsync(
    runScenarios(
      pairs.map(({ scenario }) => scenario),
      own,
      options,
    ),
  );
}

/** What a replay must have as the run had it. */
export function outcomeOf({ id, status, verdicts, record }: ScenarioResult) {
  return {
    id,
    status,
    verdicts,
    turns: record?.turns.map(({ number, user, calls, code, messages, status, error, usage, time, saved, cost }) => ({
      number,
      user,
      code,
      messages,
      status,
      error,
      usage,
      time,
      saved,
      cost,
      calls: calls.map(({ name, args, round, outcome, findings }) => ({ name, args, round, outcome, findings })),
    })),
  };
}
