import type { Scope } from "../../project/expression.ts";
import type { Declared, Path } from "../../project/project.ts";
import type { WrittenHandler, WrittenTool } from "../../project/schemas/tool.ts";
import { ProblemError, problem, type Problem } from "../../problem.ts";
import { fill, fillText } from "../fill.ts";
import type { HandlerContext } from "./context.ts";
import type { Handlers } from "./handlers.ts";
import { HandlerFailure } from "./failure.ts";
import { schemaViolations } from "../../schema/json-schema.ts";
import { show } from "../matcher/json.ts";
import type { CallFinding, CallOutcome } from "../record/record.ts";
import type { Scenario, StubRule } from "../scenario.ts";
import { changesBetween } from "../world/changes.ts";
import type { Operation } from "../world/operations.ts";
import { changeWorld } from "./changes.ts";
import type { ModuleResult } from "./module.ts";

type Program = Extract<StubRule["answer"], { kind: "program" }>["program"];

/** The answer to one call. Every call has an outcome; `problems` tell why the scenario still cannot count. */
export interface CallAnswer {
  outcome: CallOutcome;
  findings: CallFinding[];
  problems: Problem[];
  /** The changes that it makes to the world. */
  changes: readonly Operation[];
  /** The rule that answered; absent when none did. */
  rule?: Path;
}

/** A call with everything that its answer may depend on. */
export interface AskedCall {
  scenario: Scenario;
  /** The tool, when the project declares it. */
  tool: Declared<WrittenTool> | undefined;
  args: unknown;
  /** Includes the world before the call is answered, as in `context`. */
  scope: Scope;
  context: HandlerContext;
}

/**
 * Answers a call by a rule, which first changes the world and then computes its answer. Throws a ProblemError when the rule cannot be
 * carried out as written.
 */
export async function applyRule(rule: StubRule, asked: AskedCall, handlers: Handlers): Promise<CallAnswer> {
  const { answer, path } = rule;
  const { scenario, tool, args, context } = asked;
  if (answer.kind === "error" || answer.kind === "return") {
    const { scope, changes } = afterChanges(rule, asked);
    if (answer.kind === "return") {
      return resultAnswer(fill(scenario, [...path, "return"], answer.value, scope), tool, changes);
    }
    return { ...errorAnswer(fillText(scenario, [...path, "error"], answer.message, scope)), changes };
  }
  const run = async (): Promise<ModuleResult> => {
    if (answer.kind === "module") return handlers.runModule(scenario.fileSaying(path), answer.module, args, context);
    if (answer.kind === "program") {
      const program = fillProgram(scenario, path, answer.program, asked.scope);
      return { value: await handlers.runHandler(scenario.fileSaying(path), program, args, context), world: null };
    }
    if (tool?.value.handler === undefined) throw noImplementation(asked, path);
    return { value: await handlers.runHandler(tool.file, tool.value.handler, args, context), world: null };
  };
  return withFailure(async () => {
    const { value, world } = await run();
    const changes = context.world === null || world === null ? [] : changesBetween(context.world, world);
    return resultAnswer(toJson(value), tool, changes);
  });
}

/** Answers a call with the tool's own implementation, outside any scenario. Throws a ProblemError when its code cannot be found. */
export function answerByHandler(
  tool: Declared<WrittenTool>,
  handler: WrittenHandler,
  args: unknown,
  context: HandlerContext,
  handlers: Handlers,
): Promise<CallAnswer> {
  return withFailure(async () =>
    resultAnswer(toJson(await handlers.runHandler(tool.file, handler, args, context)), tool, []),
  );
}

/** Turns a failure of code into an error answer, which the assistant must handle. */
async function withFailure(answer: () => Promise<CallAnswer>): Promise<CallAnswer> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof HandlerFailure)) throw error;
    const { message, trace, place } = error;
    return errorAnswer(message, [{ code: "handler_failed", message, trace, place }]);
  }
}

/** A program or an endpoint with its expressions replaced; all its values are text. */
function fillProgram(scenario: Scenario, path: Path, program: Program, scope: Scope): Program {
  const text = (at: Path, written: string) => fillText(scenario, [...path, ...at], written, scope);
  if ("command" in program)
    return { ...program, command: program.command.map((part, index) => text(["command", index], part)) };
  const { url, headers = {}, ...rest } = program.http;
  const named = Object.entries(headers).map(([name, value]) => [name, text(["http", "headers", name], value)]);
  return { ...program, http: { ...rest, url: text(["http", "url"], url), headers: Object.fromEntries(named) } };
}

/** An error answer, which the assistant must handle. */
export function errorAnswer(
  message: string,
  findings: CallFinding[] = [],
  problems: readonly Problem[] = [],
): CallAnswer {
  return { outcome: { kind: "error", message }, findings, problems: [...problems], changes: [] };
}

/** The answer to a call that no rule matches. */
export function unanswered({ scenario: { file, place, stubs }, args, context: { call } }: AskedCall): CallAnswer {
  const isStubbed = stubs.has(call.name);
  const message = `${isStubbed ? `no rule of ${call.name} matches` : "no stub answers"} ${call.name}(${show(args)})`;
  const rules = `tools: { ${call.name}: [{ return: ... }] }`;
  const found = problem("unanswered_call", message, {
    hint: `Add a rule to ${file}: ${rules}, or "*": [{ handler: true }] to run the tool itself.`,
    place: place(isStubbed ? ["tools", call.name] : ["assistant"], "key"),
  });
  return errorAnswer(message, [{ code: "unanswered_call", message }], [found]);
}

/** The violations of a tool's schema, if it has one, as at most one finding. */
export function violations(code: CallFinding["code"], schema: unknown, value: unknown): CallFinding[] {
  const found = schema === undefined ? [] : schemaViolations(schema, value);
  return found.length === 0 ? [] : [{ code, message: found.join("; ") }];
}

function afterChanges({ changes: written }: StubRule, { scenario, scope, context: { world } }: AskedCall) {
  if (world === null) return { scope, changes: [] };
  const changed = changeWorld(scenario, written, world, scope);
  return { scope: { ...scope, world: changed.world }, changes: changed.operations };
}

function resultAnswer(value: unknown, tool: AskedCall["tool"], changes: readonly Operation[]): CallAnswer {
  const findings = violations("result_violates_schema", tool?.value.returns, value);
  return { outcome: { kind: "result", value }, findings, problems: [], changes };
}

/** A result after conversion to JSON: undefined becomes null, dates become text. */
function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? "null") as unknown;
}

function noImplementation({ scenario, context: { call } }: AskedCall, path: Path): ProblemError {
  return new ProblemError([
    problem("no_handler", `${call.name} has no implementation to run`, {
      hint: `Name one in assistants/tools/${call.name}.yaml (handler: ./${call.name}.ts), or give the stub a return.`,
      place: scenario.place(path),
    }),
  ]);
}
