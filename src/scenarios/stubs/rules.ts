import { ExpressionError, evaluate, type Scope } from "../../project/expression.ts";
import type { Declared } from "../../project/project.ts";
import type { WrittenTool } from "../../project/schemas/tool.ts";
import { cutEnd } from "../../kit/difference.ts";
import { isObject } from "../../kit/json.ts";
import { type Problem, ProblemError } from "../../problem.ts";
import type { FunctionCall } from "../../targets/target.ts";
import { atPlace, fill } from "../fill.ts";
import type { Handlers } from "./handlers.ts";
import { show } from "../matcher/json.ts";
import { match } from "../matcher/match.ts";
import { type CallFinding, parseArguments } from "../record/record.ts";
import type { Scenario, StubRule } from "../scenario.ts";
import { applyAll, type Operation, type World } from "../world/operations.ts";
import { applyRule, errorAnswer, unanswered, violations, type CallAnswer } from "./answer.ts";

/** The parts of a conversation on which the answer to a call may depend. */
export interface CallContext {
  signal: AbortSignal;
  /** The values that expressions read: `saved` and `turn`. */
  scope: { saved: Scope; turn: Scope };
  /** Waits for the delay of a rule. */
  delay: (milliseconds: number) => Promise<void>;
}

/** Answers the calls of one conversation, counts them, and keeps the world that they share. */
export interface ToolStubs {
  /**
   * Calls use up rules in the order in which they are made, even within one round. If the scenario declares a world, each call sees the
   * world as the calls before it left it.
   */
  answer(call: FunctionCall, context: CallContext): Promise<CallAnswer>;
  /** The current world; `null` when the scenario declares none. */
  world(): World | null;
}

/** Tools by the name that the model uses. */
export type ToolDeclarations = ReadonlyMap<string, Declared<WrittenTool>>;

/** A project's tools by the name that the model uses: the declared name, or the file's. */
export function toolsByFunction(tools: ReadonlyMap<string, Declared<WrittenTool>>): ToolDeclarations {
  return new Map([...tools].map(([name, tool]) => [tool.value.name ?? name, tool]));
}

/** The unused rules of a scenario. `offered` are the functions of the assistant; `null` when unknown. */
export function createToolStubs(
  scenario: Scenario,
  declarations: ToolDeclarations,
  handlers: Handlers,
  offered: readonly string[] | null = null,
): ToolStubs {
  const counts = new Map<string, number>();
  const used = new Map<StubRule, number>();
  let world = scenario.world;
  const inOrder = world === null ? atOnce : createQueue();

  function chooseRule(name: string, args: unknown, scope: Scope): StubRule | undefined {
    const found = rulesFor(scenario, name).find(
      (rule) =>
        (used.get(rule) ?? 0) < rule.times &&
        fitsWhen(scenario, rule, args, scope) &&
        holdsCondition(scenario, rule, scope),
    );
    if (found !== undefined) used.set(found, (used.get(found) ?? 0) + 1);
    return found;
  }

  return {
    world: () => world,
    async answer({ name, callId, arguments: written }, { signal, scope: { saved, turn }, delay }) {
      const call = { name, id: callId, number: (counts.get(name) ?? 0) + 1 };
      counts.set(name, call.number);
      const args = parseArguments(written);
      if (offered !== null && !offered.includes(name)) return unknownFunction(name, offered);
      if (!isObject(args)) return badArguments(written);
      const tool = declarations.get(name);
      const findings = violations("arguments_violate_schema", tool?.value.parameters, args);
      try {
        const { answer, wait } = await inOrder(async () => {
          const scope = { ...scenario.scope, ...(world !== null && { world }), saved, turn, args, call };
          const asked = { scenario, tool, args, scope, context: { signal, call, turn, world } };
          const chosen = chooseRule(name, args, scope);
          if (chosen === undefined) return { answer: unanswered(asked), wait: 0 };
          const answer = await applyRule(chosen, asked, handlers);
          if (world !== null) world = afterAll(world, answer.changes);
          return { answer: { ...answer, rule: chosen.path }, wait: chosen.delay };
        });
        await delay(wait);
        return withViolations(answer, findings, scenario.stubs.has(name));
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        return withViolations(errorAnswer(error.message, [], error.problems), findings, true);
      }
    },
  };
}

type Run = <T>(work: () => Promise<T>) => Promise<T>;

const atOnce: Run = (work) => work();

/** A queue that runs tasks one after another, in the order in which they were added. */
function createQueue(): Run {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}

/** The world after changes that are known to apply, because they were applied before or are the difference between two worlds. */
function afterAll(world: World, changes: readonly Operation[]): World {
  const applied = applyAll(world, changes);
  if (applied.kind === "problem") throw new Error(applied.message);
  return applied.world;
}

/** The rules for a function, then those for every function, in their order. */
function rulesFor({ stubs }: Scenario, name: string): StubRule[] {
  return [name, "*"].flatMap((key) => stubs.get(key) ?? []);
}

function fitsWhen(scenario: Scenario, { when, path }: StubRule, args: unknown, scope: Scope): boolean {
  return when === undefined || match(fill(scenario, [...path, "when"], when, scope), args).length === 0;
}

function holdsCondition(scenario: Scenario, { condition, path }: StubRule, scope: Scope): boolean {
  if (condition === null) return true;
  return atPlace(scenario, [...path, "when"], () => {
    const value = evaluate(condition, scope);
    if (typeof value === "boolean") return value;
    throw new ExpressionError("failed_expression", condition, `when is ${show(value)}; it must be true or false`);
  });
}

/** The answer to a call of a function that the model made up: no stub applies, not even the rules for every function. */
function unknownFunction(name: string, offered: readonly string[]): CallAnswer {
  const message = `there is no function ${cutEnd(name, 100)}; ${offered.length === 0 ? "there are none" : `the functions are ${offered.join(", ")}`}`;
  return errorAnswer(message, [{ code: "unknown_function", message }]);
}

function badArguments(written: string): CallAnswer {
  const message = `the arguments are not a JSON object: ${show(written)}`;
  return errorAnswer(message, [{ code: "bad_arguments_json", message }]);
}

/** Problems of a stub that may have arguments of the wrong kind as their only cause. */
const ofArguments: ReadonlySet<Problem["code"]> = new Set(["failed_expression", "unanswered_call"]);

/** The answer with the violations of the arguments. If no stub can answer them, the mistake is the assistant's, not the scenario's. */
function withViolations(answer: CallAnswer, violations: readonly CallFinding[], isStubbed: boolean): CallAnswer {
  const [violation] = violations;
  const [first, ...more] = answer.problems;
  const isOfArguments = first !== undefined && [first, ...more].every(({ code }) => ofArguments.has(code));
  if (violation === undefined || !isOfArguments || !isStubbed) {
    return { ...answer, findings: [...violations, ...answer.findings] };
  }
  const message = `${violation.message}; no stub can answer this: ${first.message}`;
  return errorAnswer(violation.message, [{ code: "unusable_arguments", message }]);
}
