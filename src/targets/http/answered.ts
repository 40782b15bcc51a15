import type { Clock } from "../../kit/clock.ts";
import type { Registry } from "../target.ts";

/** What the headers of a target's answers tell about it; `readHeaders` must get those of every answer. */
export interface Answered extends Pick<Registry, "account" | "time"> {
  readHeaders(this: void, headers: Headers): void;
}

/** Learns from answers whose account and what time it is at the target. */
export function createAnswered(clock: Clock): Answered {
  let account: string | null = null;
  /** How far the target's clock is ahead of ours, in milliseconds. */
  let ahead = 0;
  return {
    readHeaders(headers) {
      account = accountIn(headers) ?? account;
      ahead = aheadIn(headers, clock.now()) ?? ahead;
    },
    account: () => account,
    time: () => Math.floor((clock.now() + ahead) / 1000),
  };
}

/** How far the clock behind an answer is ahead of ours, as far as the answer says; it is told when the answer is begun, so never too much. */
function aheadIn(headers: Headers, now: number): number | null {
  const date = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(date) ? null : date - now;
}

/** OpenAI, Azure's proxies and others say whose key it was; objects belong to a project of an organization. */
function accountIn(headers: Headers): string | null {
  const parts = ["openai-organization", "openai-project"].map((name) => headers.get(name) ?? "");
  const named = parts.filter((part) => part !== "");
  return named.length === 0 ? null : named.join("/");
}
