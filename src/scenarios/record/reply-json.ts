import { replyOf, type TurnRecord } from "./record.ts";
import { parseShallowJson } from "../../kit/json.ts";

const fenced = /```[a-zA-Z0-9]*\r?\n([\s\S]*?)```/g;

/** Avoids the cost of a parsing attempt for nearly every reply. */
const mayBeJson = /^\s*[[{"\-\dtfn]/;

/** The JSON value in a reply: the entire reply, a fenced block in it, or its last message. `undefined` when there is none. */
export function replyJson(turn: TurnRecord): unknown {
  const reply = replyOf(turn);
  const blocks = [...reply.matchAll(fenced)].map(([, block]) => block ?? "");
  const last = turn.messages.at(-1)?.text ?? "";
  const candidates = [reply, ...blocks, last].filter((text) => mayBeJson.test(text));
  return candidates.map((text) => parseShallowJson(text)).find((value) => value !== undefined);
}
