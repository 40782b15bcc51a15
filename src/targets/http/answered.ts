import type { Clock } from "../../kit/clock.ts";
import type { AnswerHeaders } from "./answer.ts";
import type { Registry } from "../target.ts";

/** What is known about a target from response headers; `readHeaders` must be called with those of every response. */
export interface Answered extends Pick<Registry, "account" | "time"> {
  readHeaders(this: void, headers: AnswerHeaders): void;
}

/** Learns the account and the time of a target from its responses. */
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

/** How far the target's clock is ahead of ours, if the response has a date. The date is from the start of the response, so the result is never too large. */
function aheadIn(headers: AnswerHeaders, now: number): number | null {
  const date = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(date) ? null : date - now;
}

/** The account that OpenAI, Azure's proxies and others name for a key: objects belong to a project of an organization. */
function accountIn(headers: AnswerHeaders): string | null {
  const parts = ["openai-organization", "openai-project"].map((name) => headers.get(name) ?? "");
  const named = parts.filter((part) => part !== "");
  return named.length === 0 ? null : named.join("/");
}
