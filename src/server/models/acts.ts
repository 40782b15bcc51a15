import type { ToolKind } from "./model.ts";
import { charactersPerToken } from "./tokens.ts";

/** One thing a model does in a round, known before it is streamed. */
export type Act =
  | { kind: "wait"; milliseconds: number }
  | { kind: "say"; text: string }
  | { kind: "refuse"; text: string }
  | { kind: "call"; tool: ToolKind; name: string; arguments: string }
  | { kind: "fail"; code: "server_error" | "rate_limit_exceeded" | "invalid_prompt"; message: string };

/** What a round says in words. */
export function spokenText(acts: readonly Act[]): string {
  return acts.map((act) => (act.kind === "say" ? act.text : "")).join("");
}

/** The texts that a model is charged for. */
export function producedTexts(acts: readonly Act[]): string[] {
  return acts.flatMap((act) => {
    if (act.kind === "say" || act.kind === "refuse") return [act.text];
    return act.kind === "call" ? [act.name, act.arguments] : [];
  });
}

/** Ends a round where its estimated tokens reach the limit: a text is cut there, a call that does not fit whole is not made. */
export function limitActs(acts: readonly Act[], maxTokens: number | null): { acts: readonly Act[]; cut: boolean } {
  if (maxTokens === null) return { acts, cut: false };
  const kept: Act[] = [];
  let room = Math.max(0, maxTokens) * charactersPerToken;
  for (const act of acts) {
    const length = producedTexts([act]).join("").length;
    if (length > room) return { acts: [...kept, ...beginning(act, room)], cut: true };
    room -= length;
    kept.push(act);
  }
  return { acts: kept, cut: false };
}

function beginning(act: Act, room: number): Act[] {
  if (act.kind !== "say" && act.kind !== "refuse") return [];
  return [{ ...act, text: act.text.slice(0, room).replace(/[\uD800-\uDBFF]$/, "") }];
}
