import { isObject } from "../../../kit/json.ts";
import type { TurnRecord } from "../../record/record.ts";
import type { SeenAttachment, SeenCall, SeenEnd, SeenStep, SeenTurn } from "../conversation.ts";

/**
 * A turn that Playbill carried out, converted to a recorded turn: messages, calls, code and searches in order. `null` when the arguments of a call
 * are not a JSON object, which a scenario cannot represent.
 */
export function seenTurnOf(turn: TurnRecord): SeenTurn | null {
  const steps: SeenStep[] = [];
  for (const { event } of turn.events) {
    if (event.kind === "message" && event.text !== "") steps.push({ kind: "say", text: event.text });
    if (event.kind === "code") steps.push({ kind: "code", input: event.input, logs: event.logs });
    // The target does not report the search query.
    if (event.kind === "search") steps.push({ kind: "search", query: turn.user });
    if (event.kind !== "requires_action") continue;
    const calls = event.calls.map(({ callId }) => seenCall(turn, callId));
    if (calls.includes(null)) return null;
    steps.push({ kind: "calls", calls: calls.filter((each) => each !== null) });
  }
  const attachments = turn.attachments?.map((each) => ({
    file: each.file,
    for: each.for as SeenAttachment["for"],
  }));
  return { user: turn.user, ...(attachments !== undefined && { attachments }), steps, end: endOf(turn) };
}

function seenCall({ calls }: TurnRecord, id: string): SeenCall | null {
  const call = calls.find(({ callId }) => callId === id);
  if (call === undefined || !isObject(call.args)) return null;
  return { name: call.name, args: call.args, outcome: call.outcome };
}

function endOf({ status, error }: TurnRecord): SeenEnd {
  if (status === "requires_action") return { kind: "requires_action" };
  if (status === "completed" || status === "incomplete") return { kind: "completed" };
  return { kind: "failed", code: error?.code ?? "server_error", message: error?.message ?? status };
}
