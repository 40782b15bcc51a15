import { canonicalJson } from "../../../kit/json.ts";
import type { WrittenSpokenTurn } from "../../../project/schemas/scenario/turn.ts";
import type { WrittenStep } from "../../../project/schemas/script.ts";
import { answerValue } from "../../record/record.ts";
import type { SeenCall, SeenConversation, SeenStep, SeenTurn } from "../conversation.ts";
import { expectedResult } from "./expected-result.ts";
import { factsIn, type KnownFacts } from "./facts.ts";
import { asWritten, plainMatcher } from "./plain-matcher.ts";

/** The context of a turn. */
export interface TurnContext {
  /** True when the assistant has functions that it could call. */
  hasFunctions: boolean;
  /** The facts in tool answers up to and including this turn. */
  known: KnownFacts;
  /** The names of files in the scenario, by path. */
  attached: ReadonlyMap<string, string>;
}

/** A turn in the form of a scenario file. */
export function writtenTurn(turn: SeenTurn, context: TurnContext): WrittenSpokenTurn {
  const expect = expectationsOf(turn, context);
  const attach = (turn.attachments ?? []).map((each) => ({
    file: context.attached.get(each.file) ?? "",
    for: [...each.for],
  }));
  return {
    user: asWritten(turn.user),
    ...(attach.length > 0 && { attach }),
    script: scriptOf(turn),
    ...(Object.keys(expect).length > 0 && { expect }),
  };
}

/** A turn's script, which repeats what the assistant did. */
function scriptOf({ steps, end }: SeenTurn): WrittenStep[] {
  const script = steps.flatMap(stepOf);
  return end.kind === "failed"
    ? [...script, { fail: asWritten({ code: codeOf(end.code), message: end.message }) }]
    : script;
}

/** The expectations of a turn: its end, its calls, and the facts of tool answers that the reply repeats. Empty when nothing could fail. */
function expectationsOf(turn: SeenTurn, { hasFunctions, known }: TurnContext): Record<string, unknown> {
  const { steps, end } = turn;
  const calls = callsOf(turn);
  const texts = steps.flatMap((step) => (step.kind === "say" || step.kind === "refuse" ? [step.text] : []));
  const reply = texts.join("\n\n");
  const facts = factsIn(reply, known);
  const isSilent = end.kind === "completed" && steps.length === 0;
  return asWritten({
    ...(end.kind !== "completed" && { status: end.kind }),
    ...(end.kind === "failed" && { error: { code: codeOf(end.code) } }),
    ...(calls.length > 0 ? { tools: expectedCalls(calls, reply) } : hasFunctions && { tools: [] }),
    ...(isSilent && { reply: { empty: true } }),
    ...(facts.length > 0 && { reply: { contains: facts.length === 1 ? facts[0] : facts } }),
  });
}

/** The calls of a turn, in order. */
export function callsOf({ steps }: SeenTurn): SeenCall[] {
  return steps.flatMap((step) => (step.kind === "calls" ? step.calls : []));
}

/** The calls of a conversation, including those before its first turn, in order. */
export function callsIn({ opening, turns }: Pick<SeenConversation, "opening" | "turns">): SeenCall[] {
  return [...opening.flatMap((each) => (each.role === "call" ? [each] : [])), ...turns.flatMap(callsOf)];
}

/** The answers of tools in a turn. */
export function answersOf({ steps }: SeenTurn): unknown[] {
  return steps.flatMap((step) => {
    if (step.kind === "code") return [step.logs];
    return step.kind === "calls" ? step.calls.map(({ outcome }) => answerValue(outcome)) : [];
  });
}

function stepOf(step: SeenStep): WrittenStep[] {
  switch (step.kind) {
    case "say":
      return step.text.trim() === "" ? [] : [{ say: asWritten(step.text) }];
    case "refuse":
      return [{ refuse: asWritten(step.text) }];
    case "code":
      return [{ call: "code_interpreter", with: { input: asWritten(step.input) } }];
    case "search":
      return [{ call: "file_search", with: { query: asWritten(step.query) } }];
    case "calls": {
      const [first, ...others] = step.calls.map(writtenCall);
      if (first === undefined) return [];
      return others.length === 0 ? [first] : [{ calls: [first, ...others] }];
    }
  }
}

function writtenCall({ name, args }: SeenCall): { call: string; with?: Record<string, unknown> } {
  return Object.keys(args).length === 0 ? { call: name } : { call: name, with: asWritten(args) };
}

/** The expected calls. Equal calls with equal answers become one expectation with a minimum number. */
function expectedCalls(calls: readonly SeenCall[], reply: string): unknown[] {
  return [...Map.groupBy(calls, canonicalJson).values()].map((same) => {
    const [{ name, args, outcome }] = same as [SeenCall];
    const result = outcome === null ? undefined : expectedResult(outcome, reply);
    const long = {
      args: plainMatcher(args),
      ...(same.length > 1 && { times: `${same.length}..` }),
      ...(result !== undefined && { result }),
    };
    return { [name]: long };
  });
}

const codes = ["server_error", "rate_limit_exceeded", "invalid_prompt"] as const;

/** The error code for a script, which must be one of the API's; any other code becomes a server error. */
function codeOf(code: string): (typeof codes)[number] {
  return codes.find((each) => each === code) ?? "server_error";
}
