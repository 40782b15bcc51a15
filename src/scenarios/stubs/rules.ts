import type { Scope } from "../../project/expression.ts";
import type { Declared } from "../../project/project.ts";
import type { WrittenTool } from "../../project/schemas/tool.ts";
import { cutEnd } from "../../kit/difference.ts";
import { isObject } from "../../kit/json.ts";
import { ProblemError } from "../../problem.ts";
import type { FunctionCall } from "../../targets/target.ts";
import { fill } from "../fill.ts";
import type { Handlers } from "./handlers.ts";
import { show } from "../matcher/json.ts";
import { match } from "../matcher/match.ts";
import { parseArguments } from "../record.ts";
import type { Scenario, StubRule } from "../scenario.ts";
import { applyRule, errorAnswer, unanswered, violations, type CallAnswer } from "./answer.ts";

/** What a call may know about its conversation. */
export interface CallContext {
  signal: AbortSignal;
  /** What expressions read: `saved` and `turn`. */
  scope: { saved: Scope; turn: Scope };
  /** Waits as long as a rule says. */
  delay: (milliseconds: number) => Promise<void>;
}

/** Answers the calls of one conversation; it counts them. */
export interface ToolStubs {
  /** The rule is chosen before anything is awaited, so calls of one round use up rules in their order. */
  answer(call: FunctionCall, context: CallContext): Promise<CallAnswer>;
}

/** Tools by the name that the model knows them by. */
export type ToolDeclarations = ReadonlyMap<string, Declared<WrittenTool>>;

/** A project's tools by the name that the model knows them by: the one they declare, or the file's. */
export function toolsByFunction(tools: ReadonlyMap<string, Declared<WrittenTool>>): ToolDeclarations {
  return new Map([...tools].map(([name, tool]) => [tool.value.name ?? name, tool]));
}

/** The rules of a scenario, none of them used yet. `offered` are the functions that the assistant has; `null` when they are not known. */
export function createToolStubs(
  scenario: Scenario,
  declarations: ToolDeclarations,
  handlers: Handlers,
  offered: readonly string[] | null = null,
): ToolStubs {
  const counts = new Map<string, number>();
  const used = new Map<StubRule, number>();

  function chooseRule(name: string, args: unknown, scope: Scope): StubRule | undefined {
    const found = rulesFor(scenario, name).find(
      (rule) => (used.get(rule) ?? 0) < rule.times && fitsWhen(scenario, rule, args, scope),
    );
    if (found !== undefined) used.set(found, (used.get(found) ?? 0) + 1);
    return found;
  }

  return {
    async answer({ name, callId, arguments: written }, { signal, scope: { saved, turn }, delay }) {
      const call = { name, id: callId, number: (counts.get(name) ?? 0) + 1 };
      counts.set(name, call.number);
      const args = parseArguments(written);
      if (offered !== null && !offered.includes(name)) return unknownFunction(name, offered);
      if (!isObject(args)) return badArguments(written);
      const tool = declarations.get(name);
      const findings = violations("arguments_violate_schema", tool?.value.parameters, args);
      const scope = { ...scenario.scope, saved, turn, args, call };
      const asked = { scenario, tool, args, scope, context: { signal, call, turn } };
      try {
        const chosen = chooseRule(name, args, scope);
        if (chosen === undefined) return withFindings(findings, unanswered(asked));
        await delay(chosen.delay);
        return withFindings(findings, await applyRule(chosen, asked, handlers));
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        return errorAnswer(error.message, findings, error.problems);
      }
    },
  };
}

/** The rules for a function, then those for every function, in their order. */
function rulesFor({ stubs }: Scenario, name: string): StubRule[] {
  return [name, "*"].flatMap((key) => stubs.get(key) ?? []);
}

function fitsWhen(scenario: Scenario, { when, path }: StubRule, args: unknown, scope: Scope): boolean {
  return when === undefined || match(fill(scenario, [...path, "when"], when, scope), args).length === 0;
}

/** A function that the model made up: nothing stands for it, not even the rules for every function. */
function unknownFunction(name: string, offered: readonly string[]): CallAnswer {
  const message = `there is no function ${cutEnd(name, 100)}; there is ${offered.join(", ") || "none"}`;
  return errorAnswer(message, [{ code: "unknown_function", message }]);
}

function badArguments(written: string): CallAnswer {
  const message = `the arguments are not a JSON object: ${show(written)}`;
  return errorAnswer(message, [{ code: "bad_arguments_json", message }]);
}

function withFindings(findings: CallAnswer["findings"], answer: CallAnswer): CallAnswer {
  return { ...answer, findings: [...findings, ...answer.findings] };
}
