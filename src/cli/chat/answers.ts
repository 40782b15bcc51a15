import { isObject } from "../../kit/json.ts";
import { ProblemError } from "../../problem.ts";
import type { Declared } from "../../project/project.ts";
import type { WrittenTool } from "../../project/schemas/tool.ts";
import { type CallOutcome, parseArguments } from "../../scenarios/record/record.ts";
import { answerByHandler, type CallAnswer, errorAnswer, violations } from "../../scenarios/stubs/answer.ts";
import type { Handlers } from "../../scenarios/stubs/handlers.ts";
import type { CallContext, ToolDeclarations, ToolStubs } from "../../scenarios/stubs/rules.ts";
import type { FunctionCall } from "../../targets/target.ts";
import { type Answers, callPrompt, readCallAnswer } from "./call-answer.ts";
import type { Given } from "./prompter.ts";

interface AnsweringParts {
  tools: ToolDeclarations;
  handlers: Handlers;
  /** The last answer to each function; kept up to date. */
  last: Map<string, CallOutcome>;
  /** True when the user answers all calls, even those with a handler. */
  asksAlways(this: void): boolean;
  /** Prompts the user; `null` when there is no user. */
  ask: ((prompt: string) => Promise<Given>) | null;
  onCall(this: void, call: FunctionCall): void;
  /** Reports why an answer was rejected, and what is wrong with a call. */
  tell(this: void, text: string): void;
  /** Ends the turn. */
  stop(this: void): void;
  now(this: void): number;
}

/** Answers calls one after the other, with the tool's handler or the user's input. `asked` is the time in milliseconds spent waiting for the user. */
export function createAnswers(parts: AnsweringParts): ToolStubs & { asked(): number } {
  const { last } = parts;
  const counts = new Map<string, number>();
  let before: Promise<unknown> = Promise.resolve();
  let asked = 0;

  async function answerNow(call: FunctionCall, context: CallContext): Promise<CallAnswer> {
    const { name } = call;
    if (context.signal.aborted) return errorAnswer("stopped");
    parts.onCall(call);
    const number = (counts.get(name) ?? 0) + 1;
    counts.set(name, number);
    const tool = parts.tools.get(name);
    const args = parseArguments(call.arguments);
    const found = isObject(args) ? violations("arguments_violate_schema", tool?.value.parameters, args) : [];
    for (const { message } of found) parts.tell(`  the arguments do not match the schema of ${name}: ${message}`);
    const hasHandler = tool?.value.handler !== undefined && isObject(args);
    const byHand =
      parts.asksAlways() || !hasHandler ? await choose({ hasHandler, last: last.get(name) ?? null }) : null;
    if (byHand !== null) return { outcome: byHand, findings: found, problems: [], changes: [] };
    if (!hasHandler) return errorAnswer(`${name} has no handler here`);
    const { saved: _, turn } = context.scope;
    const about = { signal: context.signal, call: { name, id: call.callId, number }, turn, world: null };
    return byHandler(tool, args, about, parts);
  }

  /** The user's answer; `null` for the handler. */
  async function choose(answers: Answers): Promise<CallOutcome | null> {
    if (parts.ask === null) return null;
    const begin = parts.now();
    try {
      for (;;) {
        const given = await parts.ask(callPrompt(answers));
        if (given.kind === "interrupt" || given.kind === "end") {
          parts.stop();
          return { kind: "error", message: "stopped" };
        }
        const choice = readCallAnswer(given.text, answers);
        if (choice.kind === "handler") return null;
        if (choice.kind === "outcome") return choice.outcome;
        parts.tell(`  ${choice.why}`);
      }
    } finally {
      asked += parts.now() - begin;
    }
  }

  return {
    world: () => null,
    asked: () => asked,
    answer(call, context) {
      const answer = before.then(() => answerNow(call, context));
      before = answer.then(
        ({ outcome }) => last.set(call.name, outcome),
        () => {},
      );
      return answer;
    },
  };
}

async function byHandler(
  tool: Declared<WrittenTool>,
  args: unknown,
  about: Parameters<typeof answerByHandler>[3],
  { handlers, tell }: AnsweringParts,
): Promise<CallAnswer> {
  const { handler } = tool.value;
  if (handler === undefined) throw new Error(`${tool.name} has no handler`);
  try {
    const answer = await answerByHandler(tool, handler, args, about, handlers);
    for (const { code, message, trace = [] } of answer.findings) {
      const what =
        code === "handler_failed" ? `the handler of ${tool.name} failed` : "the result does not match the schema";
      tell(`  ${what}: ${trace.length === 0 ? message : trace.join("\n    ")}`);
    }
    return answer;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    tell(`  the handler of ${tool.name} cannot be run: ${error.message}`);
    return errorAnswer(`${tool.name} cannot be run`);
  }
}
