import type { Clock } from "../../kit/clock.ts";
import { durationText } from "../../kit/duration.ts";
import { ProblemError, asWarning, problem, type Problem } from "../../problem.ts";
import { evaluate, ExpressionError, type Scope } from "../../project/expression.ts";
import type { Path } from "../../project/project.ts";
import { fillText } from "../fill.ts";
import { show } from "../matcher/json.ts";
import type { StageRecord } from "../record/record.ts";
import type { Scenario, StageStep } from "../scenario.ts";
import { HandlerFailure } from "../stubs/failure.ts";
import type { Handlers } from "../stubs/handlers.ts";
import type { World } from "../world/operations.ts";

/** The outcome of the steps before or after a conversation. */
export interface StageOutcome {
  record: StageRecord;
  /** The reasons why a step could not be carried out. */
  problems: Problem[];
}

interface StageDeps {
  handlers: Handlers;
  clock: Clock;
  /** Aborted when the command ends. */
  signal: AbortSignal;
  /** The world at that time; `null` when the scenario declares none. Steps read it and do not change it. */
  world: World | null;
}

/** The total time for teardown after the command was interrupted, in milliseconds. */
const timeAfterInterrupt = 5_000;

/** Runs the steps before a conversation, up to the first one that fails. */
export async function setUp(scenario: Scenario, deps: StageDeps): Promise<StageOutcome> {
  const { recordedSetup } = deps.handlers;
  const outcome: StageOutcome = { record: { saved: { ...recordedSetup }, steps: [] }, problems: [] };
  if (recordedSetup !== undefined) return outcome;
  for (const step of scenario.setup) {
    if (deps.signal.aborted) return outcome;
    const failed = await runStep(step, "setup", scenario, outcome.record, deps, deps.signal);
    outcome.problems.push(...failed);
    if (failed.length > 0) return outcome;
  }
  return outcome;
}

/**
 * Runs all the steps after a conversation, whatever the outcome of the conversation and of earlier steps. `saved` has the values saved until
 * then. A failed step tells nothing about the assistant and is a warning. After an interrupt, all steps together have only a short time.
 */
export async function tearDown(scenario: Scenario, saved: Scope, deps: StageDeps): Promise<StageOutcome> {
  const outcome: StageOutcome = { record: { saved: { ...saved }, steps: [] }, problems: [] };
  const { handlers, clock, signal } = deps;
  if (handlers.recordedSetup !== undefined || scenario.teardown.length === 0) return outcome;
  const over = new AbortController();
  let cancel = () => {};
  const hurry = () => void (cancel = clock.after(timeAfterInterrupt, () => over.abort()));
  if (signal.aborted) hurry();
  else signal.addEventListener("abort", hurry, { once: true });
  for (const step of scenario.teardown) {
    const failed = await runStep(step, "teardown", scenario, outcome.record, deps, over.signal);
    outcome.problems.push(...failed.map(asWarning));
  }
  signal.removeEventListener("abort", hurry);
  cancel();
  return outcome;
}

/** Runs a step and keeps the values that it saves. Returns the problems that prevented it. */
async function runStep(
  step: StageStep,
  stage: "setup" | "teardown",
  scenario: Scenario,
  record: StageRecord,
  { handlers, clock, world }: StageDeps,
  signal: AbortSignal,
): Promise<Problem[]> {
  const begin = clock.now();
  const scope: Scope = { ...scenario.scope, ...(world !== null && { world }), saved: record.saved };
  const time = limitTime(step.timeout, clock, signal);
  const name = step.run.kind === "module" ? step.run.module : (step.run.command[0] ?? "");
  const code = stage === "setup" ? "setup_failed" : "teardown_failed";
  let error: string | null = null;
  try {
    const result = await carryOut(step, stage, scenario, record, handlers, { scope, signal: time.signal });
    Object.assign(record.saved, savedFrom(step, result, scenario, { scope, code }));
    return [];
  } catch (thrown) {
    if (thrown instanceof ProblemError) {
      error = thrown.message;
      return [...thrown.problems];
    }
    if (!(thrown instanceof HandlerFailure)) throw thrown;
    error = time.isOver() ? `${name} took longer than ${durationText(step.timeout)}` : thrown.message;
    if (signal.aborted) error = `${name} was stopped`;
    const trace = thrown.trace.join("\n");
    const hint = trace === "" || error.endsWith(trace) ? {} : { hint: trace };
    // A step that was stopped by an interrupt is not a failure of its own.
    return signal.aborted && stage === "setup"
      ? []
      : [problem(code, `${stage}: ${error}`, { place: scenario.place(step.path), ...hint })];
  } finally {
    time.end();
    record.steps.push({ run: name, took: Math.round(clock.now() - begin), error });
  }
}

async function carryOut(
  { run, path }: StageStep,
  stage: "setup" | "teardown",
  scenario: Scenario,
  { saved, steps }: StageRecord,
  handlers: Handlers,
  { scope, signal }: { scope: Scope; signal: AbortSignal },
): Promise<unknown> {
  const file = scenario.fileSaying(path);
  const args = { ...scope, saved };
  if (run.kind === "module") {
    const call = { name: stage, id: `${stage}.${steps.length + 1}`, number: steps.length + 1 };
    return (await handlers.runModule(file, run.module, args, { signal, call, turn: {}, world: null })).value;
  }
  const command = run.command.map((part, index) => fillText(scenario, [...path, "command", index], part, scope));
  return handlers.runProgram(file, command, args, signal);
}

/** The values that a step saves from its result. */
function savedFrom(
  { saves, path }: StageStep,
  result: unknown,
  { place }: Scenario,
  { scope, code }: { scope: Scope; code: "setup_failed" | "teardown_failed" },
): Scope {
  return Object.fromEntries(
    saves.map(({ name, from }) => {
      const at: Path = [...path, "save", name];
      try {
        return [name, evaluate(resultPath(from), { ...scope, result })];
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        const message = `the result has no ${from}; it is ${show(result)}`;
        throw new ProblemError([problem(code, message, { place: place(at) })]);
      }
    }),
  );
}

/** A path in a result, such as `$.id`, as the expression that reads it from `result`. */
export function resultPath(from: string): string {
  return from.replace(/^\$/, "result");
}

/** A signal that is aborted when the time is up, or together with `outer`. */
function limitTime(milliseconds: number, clock: Clock, outer: AbortSignal) {
  const over = new AbortController();
  let isOver = false;
  const stop = () => over.abort();
  if (outer.aborted) stop();
  else outer.addEventListener("abort", stop, { once: true });
  const cancel = clock.after(milliseconds, () => {
    isOver = !over.signal.aborted;
    stop();
  });
  return {
    signal: over.signal,
    isOver: () => isOver,
    end() {
      cancel();
      outer.removeEventListener("abort", stop);
    },
  };
}
