import { constants, existsSync } from "node:fs";
import { access, readdir } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { schemaLine } from "../../project/write/schema-line.ts";
import { writeWhole } from "../../kit/files.ts";
import { problem } from "../../problem.ts";
import { recordingsFolder } from "../../project/folders.ts";
import { maxFileBytes } from "../../project/files.ts";
import { recordingFile } from "../../project/recordings.ts";
import { parseYaml } from "../../project/yaml.ts";
import { seenParts, type PartHashes } from "../../scenarios/fingerprint.ts";
import type { TurnRecord } from "../../scenarios/record/record.ts";
import type { Recording } from "../../scenarios/recording/recording.ts";
import { recordingToFile } from "../../scenarios/recording/to-file.ts";
import type { ScenarioResult, ScenarioStatus } from "../../scenarios/results/result.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { World } from "../world.ts";
import type { Fingerprints } from "../../api/testing/fingerprints.ts";
import { warn } from "../warn.ts";

/** Stores the conversations of a scenario; secrets must have been redacted from its result. */
export type KeepRecording = (result: ScenarioResult) => Promise<void>;

interface RecorderOptions {
  root: string;
  target: string;
  /** For example 2026-11-26. */
  today: string;
  scenarios: readonly Scenario[];
  fingerprints: Pick<Fingerprints, "codeOf" | "filesOf">;
}

/** Statuses of completed scenarios, which can be replayed. */
const recordable: ReadonlySet<ScenarioStatus> = new Set(["passed", "observed", "flaky", "failed", "quarantined"]);

/** Throws the system's error when the folder of recordings is not writable, before a conversation costs money. */
export async function refuseUnwritableFolder(root: string): Promise<void> {
  let folder = join(root, recordingsFolder);
  while (folder !== root && !existsSync(folder)) folder = dirname(folder);
  // A file in place of the folder is reported as such.
  await readdir(folder);
  await access(folder, constants.W_OK);
}

/** Writes a recording for each completed scenario, replacing the previous one; other scenarios keep theirs. */
export function createRecorder(
  world: World,
  { root, target, today, scenarios, fingerprints }: RecorderOptions,
): KeepRecording {
  const known = new Map(scenarios.map((scenario) => [scenario.id, scenario]));
  const line = schemaLine("recording", recordingsFolder, (path) => existsSync(join(root, path)));
  return async ({ id, status, record, fingerprint }) => {
    const scenario = known.get(id);
    if (record === null || fingerprint === null || scenario === undefined || !recordable.has(status)) return;
    if (record.turns.length === 0 || record.turns.some(({ valid }) => !valid)) return;
    const { opening, setup, turns, opinions } = record;
    const written = recordingToFile({
      scenario: id,
      target,
      recorded: today,
      assistant: seenParts(fingerprint.assistant),
      code: fingerprints.codeOf(scenario),
      ...attachedIn(turns, fingerprints.filesOf(scenario)),
      opening,
      ...(setup !== undefined && { saved: setup.saved }),
      turns,
      opinions: opinions ?? {},
    });
    const file = recordingFile(id);
    const text = recordingText(written, line);
    if (Buffer.byteLength(text) > maxFileBytes) {
      const hint = "Make its tools return less data, or split the scenario.";
      warn(world, [problem("recording_too_large", `the recording of ${id} would be larger than 1 MiB`, { hint })]);
      return;
    }
    const [unreadable] = parseYaml(file, text).problems;
    if (unreadable !== undefined) {
      const hint = "The cause is text from a model or a tool. Nothing was written.";
      warn(world, [
        problem("recording_unreadable", `the recording of ${id} could not be read back: ${unreadable.message}`, {
          hint,
        }),
      ]);
      return;
    }
    await writeWhole(join(root, file), text);
  };
}

function attachedIn(turns: readonly TurnRecord[], files: PartHashes): Pick<Recording, "attached"> {
  const attached = new Set(turns.flatMap(({ attachments = [] }) => attachments.map(({ file }) => file)));
  if (attached.size === 0) return {};
  return { attached: Object.fromEntries(Object.entries(files).filter(([file]) => attached.has(file))) };
}

const heading = "# Written by playbill test --record. Review it as code, and record again instead of editing it.\n";

/** YAML that reads back as the same value, after the schema line for editors; JSON, which is also YAML, if a key has a special meaning in YAML. */
export function recordingText(value: object, line = ""): string {
  const text = line + heading + stringify(value, { lineWidth: 0, blockQuote: "literal", aliasDuplicateObjects: false });
  const read = parseYaml("recording.yaml", text);
  return isDeepStrictEqual(read.value, value) && read.problems.length === 0
    ? text
    : `${line}${heading}${JSON.stringify(value, null, 2)}\n`;
}
