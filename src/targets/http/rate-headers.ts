import { type JsonObject, asText } from "../../kit/json.ts";
import type { AnswerHeaders } from "./answer.ts";

/** What is left of a rate limit, according to the headers of an answer. */
export interface Allowance {
  /** The unit: requests, or tokens of the model. */
  kind: "requests" | "tokens";
  /** The maximum; `null` when it is not given. */
  limit: number | null;
  remaining: number;
  /** Milliseconds until it is fully restored; `null` when it is not given. */
  reset: number | null;
}

/**
 * Reads `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` (OpenAI, Azure, most proxies) and `ratelimit-{limit,remaining,reset}`
 * (the drafts of the HTTP working group, seconds).
 */
export function allowancesOf(headers: AnswerHeaders): Allowance[] {
  const named = (["requests", "tokens"] as const).map((kind) => allowance(headers, kind, "x-ratelimit-", `-${kind}`));
  return [...named, allowance(headers, "requests", "ratelimit-", "")].filter((each) => each !== null);
}

function allowance(headers: AnswerHeaders, kind: Allowance["kind"], prefix: string, suffix: string): Allowance | null {
  const remaining = amount(headers.get(`${prefix}remaining${suffix}`));
  if (remaining === null) return null;
  return {
    kind,
    limit: amount(headers.get(`${prefix}limit${suffix}`)),
    remaining,
    reset: resetOf(headers.get(`${prefix}reset${suffix}`)),
  };
}

function amount(text: string | null): number | null {
  const number = Number.parseFloat(text ?? "");
  return number >= 0 ? number : null;
}

const units: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The longest pause that is accepted from a message, in milliseconds. */
const longestSaid = 60_000;

/**
 * The rate limit that an `error` of the API reports, in a stream or a run, with the milliseconds to wait from its message; `null` for any
 * other error.
 */
export function limitIn({ code, type, message }: JsonObject): { pause: number | null } | null {
  const isLimit = [code, type].some((each) => asText(each).startsWith("rate_limit"));
  return isLimit ? { pause: pauseInWords(asText(message)) } : null;
}

/** The milliseconds to wait in a message such as `Please try again in 1.2s.`; `null` when it has none. */
export function pauseInWords(message: string): number | null {
  const said = /\btry again in ((?:\d+(?:\.\d+)?(?:ms|[smh]))+)/i.exec(message)?.[1];
  const pause = resetOf(said ?? null);
  return pause === null ? null : Math.min(pause, longestSaid);
}

/** Milliseconds of `6m0s`, `20ms`, `1.5s`, or of a plain number of seconds. */
function resetOf(text: string | null): number | null {
  if (text === null) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  if (!/^(\d+(\.\d+)?(ms|[smhd]))+$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)];
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ""] ?? 0), 0);
}
