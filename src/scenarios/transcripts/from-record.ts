import { isObject, parseShallowJson } from "../../kit/json.ts";
import type { OpeningMessage, TurnEvent } from "../../targets/target.ts";
import type { RunRecord, TurnRecord } from "../record/record.ts";
import type { ScenarioResult } from "../results/result.ts";
import type { SeenCall, SeenConversation, SeenEnd, SeenOpening, SeenStep, SeenTurn } from "./conversation.ts";

/** A conversation of a stored run, with notes on what a scenario cannot represent. */
export interface ConversationOfRun {
  conversation: SeenConversation;
  notes: string[];
}

/** The conversation of a scenario run; `null` when nothing was answered in it. */
export function conversationOf(
  { name, assistant }: Pick<ScenarioResult, "name" | "assistant">,
  record: RunRecord,
  run: string,
): ConversationOfRun | null {
  const said = record.turns.filter(({ events, status }) => events.length > 0 || status === "failed");
  if (said.length === 0) return null;
  const left = record.turns.length - said.length;
  const odd = said.filter(({ status }) => !ends.has(status));
  const unreadable = said.flatMap(({ calls }) => calls).filter(({ args }) => !isObject(args));
  return {
    conversation: {
      name,
      assistant,
      instructions: null,
      tools: [],
      opening: record.opening.map(openingOf),
      turns: said.map(turnOf),
      source: { file: run, line: null },
    },
    notes: [
      ...(left > 0 ? [`turns that were not answered (${left} times)`] : []),
      ...odd.map(({ status }) => `a turn that ended with status ${status}`),
      ...unreadable.map((call) => `the arguments of ${call.name}, which are not a JSON object`),
    ],
  };
}

const ends: ReadonlySet<TurnRecord["status"]> = new Set(["completed", "requires_action", "failed"]);

function turnOf(turn: TurnRecord): SeenTurn {
  const { user, attachments = [] } = turn;
  return {
    user,
    ...(attachments.length > 0 && {
      attachments: attachments.map(({ file, for: uses }) => ({ file, for: uses.filter(isUse) })),
    }),
    steps: turn.events.flatMap(({ event }) => stepOf(event, turn)),
    end: endOf(turn),
  };
}

const uses = ["file_search", "code_interpreter", "vision"] as const;

function isUse(name: string): name is (typeof uses)[number] {
  return uses.some((each) => each === name);
}

function endOf({ status, error }: TurnRecord): SeenEnd {
  if (status === "failed") return { kind: "failed", code: error?.code ?? "", message: error?.message ?? "" };
  return status === "requires_action" ? { kind: "requires_action" } : { kind: "completed" };
}

function stepOf(event: TurnEvent, turn: TurnRecord): SeenStep[] {
  if (event.kind === "message") return [{ kind: "say", text: event.text }];
  if (event.kind === "code") return [{ kind: "code", input: event.input, logs: event.logs }];
  if (event.kind === "search") return [{ kind: "search", query: turn.user }];
  if (event.kind !== "requires_action") return [];
  const calls = event.calls.map(({ callId, name, arguments: written }): SeenCall => {
    const call = turn.calls.find((each) => each.callId === callId);
    const args = call?.args ?? parseShallowJson(written);
    return { name, args: isObject(args) ? args : {}, outcome: call?.outcome ?? null };
  });
  return [{ kind: "calls", calls }];
}

function openingOf(message: OpeningMessage): SeenOpening {
  if (message.role !== "call") return { role: message.role, text: message.text };
  const [args, value] = [parseShallowJson(message.arguments), parseShallowJson(message.output)];
  const outcome = { kind: "result", value: value ?? message.output } as const;
  return { role: "call", name: message.name, args: isObject(args) ? args : {}, outcome };
}
