import { toMilliseconds } from "../project/duration.ts";
import type { Scope } from "../project/expression.ts";
import type { Declared, Path } from "../project/project.ts";
import type { WrittenToolRule } from "../project/schemas/scenario.ts";
import type { WrittenTool } from "../project/schemas/tool.ts";
import { ProblemError, problem, type Problem } from "../problem.ts";
import type { FunctionCall } from "../targets/target.ts";
import type { ExpandedScenario } from "./expand.ts";
import { fill, fillText } from "./fill.ts";
import type { HandlerContext, Handlers } from "./handlers.ts";
import { schemaViolations } from "./matcher/json-schema.ts";
import { show } from "./matcher/json.ts";
import { match } from "./matcher/match.ts";
import type { CallFinding, CallOutcome } from "./record.ts";
import { parseJson } from "./reply-json.ts";

/** How one call was answered. Every call has an outcome; `problems` say why the scenario cannot count all the same. */
export interface CallAnswer {
  args: unknown;
  outcome: CallOutcome;
  findings: CallFinding[];
  problems: Problem[];
}

/** What a call may know about its conversation. */
export interface CallContext {
  signal: AbortSignal;
  /** What expressions read: `saved` and `turn`. */
  scope: { saved: Scope; turn: Scope };
  /** Waits as long as a rule says. */
  delay(milliseconds: number): Promise<void>;
}

/** Answers the calls of one conversation; it counts them. */
export interface ToolStubs {
  /** The rule is chosen before anything is awaited, so calls of one round use up rules in their order. */
  answer(call: FunctionCall, context: CallContext): Promise<CallAnswer>;
}

/** The tools of a project by the name that the model knows them by. */
export type ToolDeclarations = ReadonlyMap<string, Declared<WrittenTool>>;

export function createToolStubs(
  scenario: ExpandedScenario,
  declarations: ToolDeclarations,
  handlers: Handlers,
): ToolStubs {
  const counts = new Map<string, number>();
  const used = new Map<WrittenToolRule, number>();

  function chooseRule(name: string, args: unknown, scope: Scope): ChosenRule | undefined {
    const { declared } = scenario;
    const found = rulesFor(scenario, name).find(
      ({ rule, path }) =>
        (used.get(rule) ?? 0) < (rule.times ?? Infinity) &&
        (rule.when === undefined || match(fill(declared, [...path, "when"], rule.when, scope), args).length === 0),
    );
    if (found !== undefined) used.set(found.rule, (used.get(found.rule) ?? 0) + 1);
    return found;
  }

  return {
    async answer(call, context) {
      const number = (counts.get(call.name) ?? 0) + 1;
      counts.set(call.name, number);
      const args = parseArguments(call.arguments);
      if (args === undefined) return badArguments(call);
      const declared = declarations.get(call.name);
      const findings = violations("arguments_violate_schema", declared?.value.parameters, args);
      const about = { name: call.name, id: call.callId, number };
      const scope = { ...scenario.scope, ...context.scope, args, call: about };
      try {
        const chosen = chooseRule(call.name, args, scope);
        if (chosen === undefined) return unanswered(scenario, call, args, findings);
        await context.delay(toMilliseconds(chosen.rule.delay ?? 0));
        const {
          signal,
          scope: { turn },
        } = context;
        const outcome = await applyRule(chosen, {
          scenario,
          declared,
          handlers,
          args,
          scope,
          context: { signal, call: about, turn },
        });
        const results =
          outcome.kind === "result" ? violations("result_violates_schema", declared?.value.returns, outcome.value) : [];
        return { args, outcome, findings: [...findings, ...results], problems: [] };
      } catch (error) {
        return failed(error, args, findings);
      }
    },
  };
}

interface ChosenRule {
  rule: WrittenToolRule;
  path: Path;
}

interface Application {
  scenario: ExpandedScenario;
  declared: Declared<WrittenTool> | undefined;
  handlers: Handlers;
  args: unknown;
  scope: Scope;
  context: HandlerContext;
}

async function applyRule({ rule, path }: ChosenRule, application: Application): Promise<CallOutcome> {
  const { scenario, declared, handlers, args, scope, context } = application;
  const written = scenario.declared;
  if ("error" in rule) return { kind: "error", message: fillText(written, [...path, "error"], rule.error, scope) };
  if ("return" in rule) return { kind: "result", value: fill(written, [...path, "return"], rule.return, scope) };
  if ("module" in rule) return resultOf(await handlers.runModule(written.file, rule.module, args, context));
  if (declared?.value.handler === undefined) throw noImplementation(scenario, path, context.call.name);
  return resultOf(await handlers.runHandler(declared.file, declared.value.handler, args, context));
}

/** The rules for a function, then those for every function, in their order. */
function rulesFor({ declared }: ExpandedScenario, name: string): ChosenRule[] {
  const { tools = {} } = declared.value;
  return [name, "*"].flatMap((key) => (tools[key] ?? []).map((rule, index) => ({ rule, path: ["tools", key, index] })));
}

/** What JSON makes of a result: nothing becomes null, dates become text. */
function resultOf(value: unknown): CallOutcome {
  return { kind: "result", value: JSON.parse(JSON.stringify(value) ?? "null") as unknown };
}

/** A function without parameters may be called with an empty text. */
function parseArguments(written: string): unknown {
  return written.trim() === "" ? {} : parseJson(written);
}

function violations(code: CallFinding["code"], schema: unknown, value: unknown): CallFinding[] {
  return schema === undefined ? [] : schemaViolations(schema, value).map((message) => ({ code, message }));
}

function badArguments(call: FunctionCall): CallAnswer {
  const message = `the arguments are not JSON: ${show(call.arguments)}`;
  return {
    args: null,
    outcome: { kind: "error", message },
    findings: [{ code: "bad_arguments_json", message }],
    problems: [],
  };
}

/** A failing implementation is something the assistant has to live with; a wrong file is not. */
function failed(error: unknown, args: unknown, findings: CallFinding[]): CallAnswer {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ProblemError) {
    return { args, outcome: { kind: "error", message }, findings, problems: [...error.problems] };
  }
  return {
    args,
    outcome: { kind: "error", message },
    findings: [...findings, { code: "handler_failed", message }],
    problems: [],
  };
}

function unanswered(
  scenario: ExpandedScenario,
  call: FunctionCall,
  args: unknown,
  findings: CallFinding[],
): CallAnswer {
  const { declared } = scenario;
  const rules = declared.value.tools?.[call.name];
  const message =
    rules === undefined
      ? `nothing answers ${call.name}(${show(args)})`
      : `no rule of ${call.name} fits ${call.name}(${show(args)})`;
  const hint = `Add a rule to ${declared.file}: tools: { ${call.name}: [{ return: ... }] }, or "*": [{ handler: true }] to run the tool itself.`;
  const found = problem("input", "unanswered_call", message, {
    hint,
    place: declared.place(rules === undefined ? ["assistant"] : ["tools", call.name], "key"),
  });
  const finding = { code: "unanswered_call" as const, message };
  return { args, outcome: { kind: "error", message }, findings: [...findings, finding], problems: [found] };
}

function noImplementation({ declared }: ExpandedScenario, path: Path, name: string): ProblemError {
  return new ProblemError([
    problem("input", "no_handler", `${name} has no implementation to run`, {
      hint: `Name one in assistants/tools/${name}.yaml (handler: ./${name}.ts), or give the stub a return.`,
      place: declared.place(path),
    }),
  ]);
}
