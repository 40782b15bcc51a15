import type { ToolKind } from "./model.ts";
import { charactersPerToken } from "./tokens.ts";

/** One thing a model does in a round, known before it is streamed. */
export type Action =
  | { kind: "wait"; milliseconds: number }
  | { kind: "say"; text: string }
  | { kind: "refuse"; text: string }
  | { kind: "call"; tool: ToolKind; name: string; arguments: string }
  | { kind: "fail"; code: "server_error" | "rate_limit_exceeded" | "invalid_prompt"; message: string };

/** What a round says in words. */
export function spokenText(actions: readonly Action[]): string {
  return actions.map((action) => (action.kind === "say" ? action.text : "")).join("");
}

/** The texts that a model is charged for. */
export function producedTexts(actions: readonly Action[]): string[] {
  return actions.flatMap((action) => {
    if (action.kind === "say" || action.kind === "refuse") return [action.text];
    return action.kind === "call" ? [action.name, action.arguments] : [];
  });
}

/** Ends a round where its estimated tokens reach the limit: a text is cut there, a call that does not fit whole is not made. */
export function limitActions(
  actions: readonly Action[],
  maxTokens: number | null,
): { actions: readonly Action[]; cut: boolean } {
  if (maxTokens === null) return { actions, cut: false };
  const kept: Action[] = [];
  let room = Math.max(0, maxTokens) * charactersPerToken;
  for (const action of actions) {
    const length = producedTexts([action]).join("").length;
    if (length > room) return { actions: [...kept, ...beginning(action, room)], cut: true };
    room -= length;
    kept.push(action);
  }
  return { actions: kept, cut: false };
}

function beginning(action: Action, room: number): Action[] {
  if (action.kind !== "say" && action.kind !== "refuse") return [];
  return [{ ...action, text: action.text.slice(0, room).replace(/[\uD800-\uDBFF]$/, "") }];
}
