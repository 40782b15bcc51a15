import { createSystemClock } from "../../kit/clock.ts";
import { inParallel } from "../../kit/parallel.ts";
import { TimedOut, within } from "../../kit/waiting.ts";
import { type Problem, ProblemError, problem } from "../../problem.ts";
import { contentsOf } from "../../project/contents.ts";
import { priceOf } from "../../project/prices.ts";
import type { Project } from "../../project/project.ts";
import type { ResolvedTarget } from "../../project/resolve-target.ts";
import { scenarioKey } from "../../project/script.ts";
import type { Desired } from "../../resources/resource.ts";
import type { RunDeps } from "../../scenarios/execution/attempt.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { schemaFaults } from "../../schema/json-schema.ts";
import type { Lock } from "../../sync/lock/lock.ts";
import type { TestRun, TestSession } from "../../targets/target.ts";
import { assistantAddress, functionsOf } from "../expansion.ts";
import type { OpenTarget } from "../open-target.ts";
import type { Context } from "../context.ts";
import { attachedFiles } from "./attached-files.ts";
import { answererFor } from "./asking.ts";
import { handlersOf } from "./handlers.ts";
import { openNotedSession } from "./noted-sessions.ts";
import { type AssistantLookup, declaredAssistants, deployedAssistants, knowledgeIn } from "./assistants-under-test.ts";

/** Milliseconds for deleting all created objects at the target; a target with rate limits takes long. */
const closingTime = 120_000;

/** What opening a session at a target needs. */
export interface SessionNeeds {
  config: ResolvedTarget;
  /** The declared assistants, and everything they refer to. */
  desired: readonly Desired[];
  isDeployed: boolean;
  /** The synced state, when synced assistants are tested. */
  lock: Lock | null;
  toRun: readonly Scenario[];
  jobs: number;
  /** Reports the progress of preparing vector stores. */
  progress: { tell: TestRun["onProgress"]; end(this: void): void };
  /** The seed for judges and simulated users; absent for random answers. */
  seed?: number | undefined;
}

/** Everything for running scenarios at a target; closing it deletes the created objects. */
export interface OpenSession {
  deps: Omit<RunDeps, "fingerprintOf">;
  close(this: void): Promise<void>;
}

/** Creates what these scenarios need at a target. */
export async function openSession(
  context: Context,
  project: Project,
  open: OpenTarget,
  { config, desired, lock, isDeployed, toRun, jobs, progress, seed }: SessionNeeds,
): Promise<OpenSession> {
  const assistantOf = isDeployed ? deployedAssistants(open.name, lock) : declaredAssistants(desired);
  const attached = attachedFiles(project, toRun);
  const session = await openNotedSession(project.root, open, {
    project: project.name,
    resources: knowledgeIn([...desired, ...attached]),
    contentOf: contentsOf(project, [...desired, ...attached]),
    onProgress: progress.tell,
  });
  const close = () => closeSession(context, session, open.name);
  try {
    const upload = () => uploadAttached(session, attached, modelOf(project, config, toRun, assistantOf));
    await Promise.all([warmUp(toRun, session, assistantOf, jobs), upload()]).finally(progress.end);
  } catch (error) {
    await close();
    throw error;
  }
  return { deps: depsFor(context, project, { config, seed }, session, assistantOf), close };
}

/** Deletes the objects of a session at a target. Leftovers are reported as a warning. */
export async function closeSession(
  context: Context,
  session: Pick<TestSession, "close">,
  target: string,
): Promise<void> {
  const closing = within(closingTime, createSystemClock({ keepsAlive: true }), session.close());
  await closing.catch((error: unknown) => context.tell({ kind: "warnings", problems: [leftBehind(error, target)] }));
}

/** Uploads attachments. Failed uploads are retried by the turns that need them, which then report the reason. */
async function uploadAttached(
  session: TestSession,
  attached: readonly { address: string }[],
  model: string,
): Promise<void> {
  if (attached.length === 0) return;
  const addresses = attached.map(({ address }) => address);
  await session.upload(addresses, model).catch((error: unknown) => {
    if (!(error instanceof ProblemError)) throw error;
  });
}

/** A model of the target, by the target's name for it. */
function modelOf(
  { assistants }: Project,
  { models = {} }: ResolvedTarget,
  [first]: readonly Scenario[],
  assistantOf: AssistantLookup,
): string {
  if (first === undefined) return "";
  const tested = unlessProblem(() => assistantOf(assistantAddress(first)));
  if (tested !== null && typeof tested !== "string") return tested.model;
  const written = assistants.get(first.assistant)?.value.model ?? "";
  return models[written] ?? written;
}

function unlessProblem<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

/** The scenario's own metadata and its id, by which the embedded server selects the script. The API allows 16 pairs, and values of 512 characters. */
function threadMetadata({ metadata, id }: Scenario): Record<string, string> {
  const isFull = id.length > 512 || Object.keys(metadata).length >= 16;
  return isFull ? { ...metadata } : { ...metadata, [scenarioKey]: id };
}

/** A warning for copies that could not be deleted; the results remain valid. */
function leftBehind(error: unknown, target: string): Problem {
  if (!(error instanceof ProblemError || error instanceof TimedOut)) throw error;
  const why = error instanceof TimedOut ? error.message : error.problems.map(({ message }) => message).join("; ");
  return problem("assistants_left_behind", `temporary assistants or their knowledge may be left at ${target}: ${why}`, {
    hint: `The next test at ${target} from this folder deletes them.`,
  });
}

/**
 * Loads and creates in advance what would otherwise count as time of the first scenarios and turns. Failures are
 * retried by the scenarios, which then report the reason.
 */
async function warmUp(
  toRun: readonly Scenario[],
  session: TestSession,
  assistantOf: AssistantLookup,
  jobs: number,
): Promise<void> {
  const addresses = new Set(toRun.map(assistantAddress));
  if ([...addresses].some((address) => hasSchemas(assistantOf, address))) schemaFaults({});
  const prepare = async (address: string) => session.prepare(assistantOf(address));
  await Array.fromAsync(inParallel(addresses, jobs, (address) => prepare(address).catch(() => null)));
}

/** True for an assistant of the files with a function or an answer in a given form: their JSON Schemas are checked against, which takes a library. */
function hasSchemas(assistantOf: AssistantLookup, address: string): boolean {
  const tested = unlessProblem(() => assistantOf(address));
  if (tested === null || typeof tested === "string") return tested !== null;
  return tested.tools.some(({ kind }) => kind === "function") || typeof tested.response_format === "object";
}

function depsFor(
  context: Context,
  project: Project,
  { config, seed }: Pick<SessionNeeds, "config" | "seed">,
  session: TestSession,
  assistantOf: AssistantLookup,
): Omit<RunDeps, "fingerprintOf"> {
  return {
    openConversation: async (scenario) =>
      session.open({
        assistant: assistantOf(assistantAddress(scenario)),
        messages: [...scenario.opening],
        metadata: threadMetadata(scenario),
      }),
    tools: project.tools,
    functionsOf: ({ assistant }) => functionsOf(project, assistant),
    handlers: handlersOf(context, project),
    priceOf: (model) => priceOf(project, config, model),
    answer: answererFor(context, project, config, seed),
    redactJson: context.secrets.redactJson,
    clock: createSystemClock({ keepsAlive: true }),
  };
}
