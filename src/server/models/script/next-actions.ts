import { toMilliseconds } from "../../../kit/duration.ts";
import { callScope } from "../../../project/call-scope.ts";
import { type Scope, evaluate, interpolate } from "../../../project/expression.ts";
import type { WrittenStep } from "../../../project/schemas/script.ts";
import type { Action } from "../actions.ts";
import { ModelFailure, type ModelRequest, type ModelRound, type ModelTool, type ToolKind } from "../model.ts";

/** A turn of a script, ready to answer from. */
export interface ScriptedTurn {
  /** For messages: `scenario "paris", turn 1`. */
  where: string;
  steps: readonly WrittenStep[];
  /** What expressions read besides `tools` and `calls`. */
  scope: Readonly<Record<string, unknown>>;
}

type RoundRequest = Pick<ModelRequest, "rounds" | "tools" | "parallelToolCalls">;

/** A step's place and the scope of its expressions. */
interface StepContext {
  where: string;
  scope: Record<string, unknown>;
}

/**
 * The round after the calls of `request.rounds`; it depends only on the turn and the request. How these calls are divided into rounds does not
 * matter: a client that sends back a conversation of the Responses API does not report it.
 */
export function nextActions(turn: ScriptedTurn, request: RoundRequest): Action[] {
  const made = callsIn(request).length;
  let over = 0;
  for (const actions of roundsOf(turn, request)) {
    if (over >= made) return actions;
    over += callsOfRound(actions);
  }
  throw new ModelFailure(
    "invalid_prompt",
    `${turn.where}: the script makes ${over} tool calls, but this run already made ${made}.`,
  );
}

function callsIn({ rounds }: Pick<RoundRequest, "rounds">): ModelRound["calls"] {
  return rounds.flatMap(({ calls }) => calls);
}

function callsOfRound(actions: readonly Action[]): number {
  return actions.filter(({ kind }) => kind === "call").length;
}

/**
 * The rounds of a turn from the start, each created on demand. A round extends to the next call step, inclusive, or to the end;
 * calls that must not be parallel take one round each. A step sees the recorded calls before its own, so it is decided
 * the same way however often the turn is read again.
 */
function* roundsOf({ where, steps, scope }: ScriptedTurn, request: RoundRequest): Iterable<Action[]> {
  const made = callsIn(request);
  let over = 0;
  let actions: Action[] = [];
  for (const [index, step] of steps.entries()) {
    const context = {
      where: `${where}, step ${index + 1}`,
      scope: { ...scope, ...toolScope(made.slice(0, over)) },
    };
    if (!applies(step, context)) continue;
    actions.push(...actionsOf(step, context, actions));
    const calls = callsOf(step, context, request.tools);
    for (const together of request.parallelToolCalls && calls.length > 0 ? [calls] : calls.map((call) => [call])) {
      yield [...actions, ...together];
      actions = [];
      over += together.length;
    }
    if ("fail" in step) break;
  }
  yield actions;
}

function applies({ when }: WrittenStep, { where, scope }: StepContext): boolean {
  if (when === undefined) return true;
  const value = readable(where, () => evaluate(when, scope));
  if (typeof value === "boolean") return value;
  throw new ModelFailure(
    "invalid_prompt",
    `${where}: "when" must be true or false, but "${when}" is ${JSON.stringify(value)}.`,
  );
}

/** The actions of a step except its calls. Texts of one round are on separate lines. */
function actionsOf(step: WrittenStep, { where, scope }: StepContext, before: readonly Action[]): Action[] {
  const text = (written: string) => readable(where, () => asText(interpolate(written, scope)));
  const actions: Action[] =
    step.delay === undefined ? [] : [{ kind: "wait", milliseconds: toMilliseconds(step.delay) }];
  if ("say" in step) {
    const follows = before.some(({ kind }) => kind === "say");
    actions.push({ kind: "say", text: (follows ? "\n" : "") + text(step.say) });
  }
  if ("refuse" in step) actions.push({ kind: "refuse", text: text(step.refuse) });
  if ("fail" in step) actions.push({ kind: "fail", code: step.fail.code, message: text(step.fail.message) });
  return actions;
}

function callsOf(step: WrittenStep, { where, scope }: StepContext, tools: readonly ModelTool[]): Action[] {
  const written = "calls" in step ? step.calls : "call" in step ? [step] : [];
  return written.map(({ call: name, with: args = {} }) => {
    const tool = toolNamed(name, tools);
    if (tool === null) throw new ModelFailure("invalid_prompt", `${where}: ${noSuchTool(name, tools)}`);
    const filled = readable(where, () => JSON.stringify(interpolate(args, scope)));
    return { kind: "call", tool, name, arguments: filled };
  });
}

function toolNamed(name: string, tools: readonly ModelTool[]): ToolKind | null {
  const builtIn = tools.find(({ kind }) => kind === name);
  if (builtIn !== undefined && builtIn.kind !== "function") return builtIn.kind;
  return tools.some((tool) => tool.kind === "function" && tool.name === name) ? "function" : null;
}

function noSuchTool(name: string, tools: readonly ModelTool[]): string {
  const names = tools.map((tool) => (tool.kind === "function" ? tool.name : tool.kind));
  const has = names.length === 0 ? "no tools" : names.join(", ");
  return `the script calls "${name}", a tool that the assistant does not have; it has ${has}.`;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Evaluates a value, and adds the place to an error; an invalid script is not a fault of the server. */
function readable<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new ModelFailure("invalid_prompt", `${where}: ${said}`, { cause: error });
  }
}

/** What expressions of a script may read about calls. */
function toolScope(calls: ModelRound["calls"]): { tools: Record<string, Scope>; calls: Scope[] } {
  return callScope(
    calls.map(({ tool, name, arguments: written, output }) => ({ kind: tool, name, arguments: written, output })),
  );
}
