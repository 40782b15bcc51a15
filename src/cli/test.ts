import { randomUUID } from "node:crypto";
import type { Project } from "../project/project.ts";
import { resolveTarget } from "../project/resolve-target.ts";
import { type Problem, ProblemError, problem } from "../problem.ts";
import type { ExpandedScenario } from "../scenarios/expand.ts";
import { createHandlers } from "../scenarios/stubs/handlers.ts";
import { schemaFaults } from "../scenarios/matcher/json-schema.ts";
import { openingOf, threadMetadataOf } from "../scenarios/opening.ts";
import type { RunDeps } from "../scenarios/run.ts";
import { skipReason } from "../scenarios/select.ts";
import { systemClock } from "../scenarios/system-clock.ts";
import { type Desired, desiredAssistants } from "../sync/desired.ts";
import { lockPath, readLock } from "../sync/lock/lock-file.ts";
import type { TestSession } from "../targets/target.ts";
import { type AssistantLookup, declaredAssistants, deployedAssistants } from "./assistants-under-test.ts";
import { assistantAddress, expandAll, scriptsOf } from "./expansion.ts";
import { loadSound, warn } from "./load.ts";
import { type OpenTarget, openTarget } from "./open-target.ts";
import type { TestOptions } from "./test-options.ts";
import { runAndReport } from "./test-run.ts";
import { select } from "./test-selection.ts";
import type { World } from "./world.ts";
import { printable } from "../kit/terminal-text.ts";
import { inParallel } from "../kit/parallel.ts";

/** `playbill test`: holds the conversations that were asked for, checks them and reports. */
export async function test(world: World, paths: string[], options: TestOptions): Promise<number> {
  const begin = world.now();
  const project = await loadSound(world);
  const config = resolveTarget(project, options.target, world.env);
  const all = expandAll(project, config);
  const selected = select(world, project, all, paths, options);
  const today = new Date(begin).toISOString().slice(0, 10);
  const played = selected.filter((scenario) => skipReason(scenario, today) === null);
  const names = played.map(({ declared }) => declared.value.assistant);
  const desired = options.deployed === true ? [] : desiredAssistants(project, config, names);
  const scripts = scriptsOf(project, config, all);
  const open = await openTarget(world, project, config, { scripts, willWrite: true });
  try {
    const assistantOf = await lookup(project, open, desired, options.deployed ?? false);
    const session = open.target.testing({
      project: project.name,
      target: open.name,
      runId: randomUUID().slice(0, 8),
    });
    try {
      await warmUp(played, session, assistantOf, options.jobs);
      return await runAndReport(
        world,
        project,
        { selected, today, begin },
        depsFor(world, project, session, assistantOf),
        options,
      );
    } finally {
      await session.close().catch((error: unknown) => warn(world, [leftBehind(error, open.name)]));
    }
  } finally {
    await open.close();
  }
}

/** What was found out about the assistants stays true when the copies of them could not all be deleted. */
function leftBehind(error: unknown, target: string): Problem {
  if (!(error instanceof ProblemError)) throw error;
  const why = error.problems.map(({ message }) => message).join("; ");
  return problem("assistants_left_behind", `throw-away assistants may be left at ${target}: ${why}`, {
    hint: "A later test deletes those that are more than an hour old.",
  });
}

async function lookup(
  project: Project,
  { name, isEmbedded }: OpenTarget,
  desired: Desired[],
  isDeployed: boolean,
): Promise<AssistantLookup> {
  if (!isDeployed) return declaredAssistants(desired);
  return deployedAssistants(name, await readLock(project.root, lockPath(name, isEmbedded)));
}

/**
 * Loads and makes beforehand what would otherwise count as time of the first scenarios and their first turns. What cannot be made is
 * tried again by the scenarios, which then say why.
 */
async function warmUp(
  played: ExpandedScenario[],
  session: TestSession,
  assistantOf: AssistantLookup,
  jobs: number,
): Promise<void> {
  schemaFaults({});
  const addresses = new Set(played.map(assistantAddress));
  const prepare = async (address: string) => session.prepare(assistantOf(address));
  await Array.fromAsync(inParallel(addresses, jobs, (address) => prepare(address).catch(() => null)));
}

function depsFor(world: World, project: Project, session: TestSession, assistantOf: AssistantLookup): RunDeps {
  return {
    openConversation: async (scenario) =>
      session.open({
        assistant: assistantOf(assistantAddress(scenario)),
        messages: openingOf(scenario),
        metadata: threadMetadataOf(scenario),
      }),
    tools: project.tools,
    handlers: createHandlers({
      root: project.root,
      env: world.env,
      print: (text) => world.stderr.write(printable(text)),
    }),
    clock: systemClock,
  };
}
