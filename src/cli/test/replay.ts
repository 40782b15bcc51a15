import { createSystemClock } from "../../kit/clock.ts";
import { ProblemError, fail } from "../../problem.ts";
import { openProjectFiles } from "../../project/files.ts";
import { recordingsFolder } from "../../project/folders.ts";
import { loadRecordings, recordedTargets } from "../../project/recordings.ts";
import type { Project } from "../../project/project.ts";
import type { RunDeps } from "../../scenarios/execution/attempt.ts";
import { recordingFromFile } from "../../scenarios/recording/from-file.ts";
import { createModuleAnswerer } from "../../scenarios/asking/module-answers.ts";
import { handlersOf } from "../../api/testing/handlers.ts";
import { createReplay, recordedAnswers, withoutRecording, type Replay } from "../../scenarios/recording/replay.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { functionsOf } from "../../api/expansion.ts";
import type { World } from "../world.ts";
import type { Fingerprints } from "../../api/testing/fingerprints.ts";
import type { TestOptions } from "./test-options.ts";

/** Refuses options that conflict with recordings. */
export function refuseBesideRecordings({ record, replay, deployed }: TestOptions): void {
  if (record === true && replay === true) {
    fail("bad_flag", "--record and --replay cannot be combined", {
      hint: "Record with a real target first, then replay.",
    });
  }
  if (deployed === true && (record === true || replay === true)) {
    fail("bad_flag", "recordings only work with assistants declared in the files", { hint: "Remove --deployed." });
  }
}

/** The default target of a replay: the one at which the recordings were made. Only its models and variables are needed. */
export function targetOfRecordings(root: string): string | undefined {
  const [only, ...more] = recordedTargets(openProjectFiles(root));
  if (more.length === 0) return only;
  return fail("recordings_of_several_targets", `recordings in ${recordingsFolder}/ were made at several targets`, {
    hint: `Choose one, for example: --target ${only}`,
  });
}

/** The dependencies for replaying recordings: nothing is sent anywhere, and only the project's judging code runs. Throws a ProblemError for an unusable recording. */
export function replayDeps(
  world: World,
  project: Project,
  {
    toRun,
    fingerprints,
    priceOf,
  }: { toRun: readonly Scenario[]; fingerprints: Fingerprints } & Pick<RunDeps, "priceOf">,
): RunDeps {
  const { recordings, problems } = loadRecordings(
    project.root,
    toRun.map(({ id }) => id),
  );
  if (problems.length > 0) throw new ProblemError(problems);
  if (toRun.length > 0 && recordings.size === 0) {
    fail("no_recordings", `none of these scenarios has a recording in ${recordingsFolder}/`, {
      hint: "Record them with a real model: playbill test --record --target NAME",
    });
  }
  const { secrets } = world;
  const read = new Map([...recordings].map(([id, written]) => [id, recordingFromFile(secrets.revealJson(written))]));
  const replays = new Map(
    toRun.map((scenario): [string, Replay] => {
      const recording = read.get(scenario.id);
      if (recording === undefined) return [scenario.id, withoutRecording()];
      const now = {
        scenario,
        fingerprint: fingerprints.of(scenario),
        code: fingerprints.codeOf(scenario),
        files: fingerprints.filesOf(scenario),
        secrets,
      };
      return [scenario.id, createReplay(recording, now)];
    }),
  );
  const clock = createSystemClock({ keepsAlive: true });
  const recorded = recordedAnswers([...read.values()]);
  const judging = createModuleAnswerer(handlersOf(world, project), clock);
  const replayOf = (id: string): Replay => replays.get(id) ?? withoutRecording();
  return {
    openConversation: async ({ id }) => replayOf(id).conversation,
    tools: project.tools,
    functionsOf: ({ assistant }) => functionsOf(project, assistant),
    handlers: { open: ({ scenario }) => replayOf(scenario).handlers },
    priceOf,
    runTurnOf: ({ id }) => replayOf(id).runTurn,
    fingerprintOf: fingerprints.of,
    answer: (ask, signal) => (ask.question.kind === "module" ? judging : recorded)(ask, signal),
    redactJson: secrets.redactJson,
    clock,
  };
}
