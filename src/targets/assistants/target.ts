import type { Target } from "../target.ts";
import { type Call, createCall } from "../http/call.ts";
import type { Connection } from "../http/connection.ts";
import { openConversation } from "./conversations.ts";
import { createToldFiles } from "./files/told-files.ts";
import { createUploads } from "./files/uploads.ts";
import { readThread } from "./read-thread.ts";
import { createRegistry } from "./registry.ts";
import { createTestSession } from "./test-session.ts";
import type { Clock } from "../../kit/clock.ts";
import { isDay } from "../../kit/duration.ts";
import { asList, asObject, isObject } from "../../kit/json.ts";
import { ProblemError } from "../../problem.ts";

/** A target that speaks the Assistants API, version 2: the embedded server, a self-hosted one, a proxy. Contacts nothing yet. */
export function createAssistantsTarget(connection: Connection): Target {
  const { baseUrl, clock, retries, signal } = connection;
  let account: string | null = null;
  /** How far the target's clock is ahead of ours, in milliseconds. */
  let ahead = 0;
  const call = createCall(connection, (headers) => {
    account = accountIn(headers) ?? account;
    ahead = aheadIn(headers, clock.now()) ?? ahead;
  });
  const time = () => Math.floor((clock.now() + ahead) / 1000);
  const cleanupCall: Call = (what, request, options) => call(what, request, { ...options, purpose: "cleanup" });
  const deps = { baseUrl, clock, signal, retries, targetTime: time };
  const upload = createUploads({ ...deps, call });
  const registry = { ...createRegistry({ ...deps, call, upload }), account: () => account, time };
  return {
    origin: originOf(connection),
    registry,
    shutdownDates: () => shutdownDates(call, clock),
    history: (thread) => readThread({ call, baseUrl }, thread),
    testing: (run) => {
      const told = createToldFiles(call);
      return createTestSession(run, {
        registry,
        cleanup: { ...registry, ...createRegistry({ ...deps, call: cleanupCall, upload }) },
        clock,
        open: (conversation, fileId) => openConversation({ call, baseUrl, clock, retries, told, fileId }, conversation),
      });
    },
  };
}

/** How far the clock behind an answer is ahead of ours, as far as the answer says; it is told when the answer is begun, so never too much. */
function aheadIn(headers: Headers, now: number): number | null {
  const date = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(date) ? null : date - now;
}

/** The base URL without what does not matter, then the account as far as it is named. Never the key. */
function originOf({ baseUrl, organization, project }: Connection): string {
  const url = baseUrl.replace(/\/+$/, "");
  return [url, organization, project].filter((part) => part !== null).join(" ");
}

/** OpenAI, Azure's proxies and others say whose key it was; objects belong to a project of an organization. */
function accountIn(headers: Headers): string | null {
  const parts = ["openai-organization", "openai-project"].map((name) => headers.get(name) ?? "");
  const named = parts.filter((part) => part !== "");
  return named.length === 0 ? null : named.join("/");
}

/** Milliseconds that a plan waits for the list. */
const patience = 10_000;

/**
 * The day on which each model is shut down, as `GET /models` says it (`shutdown_date`, which is optional and may be null); `null` when the
 * target lists no models, says it of none of them, or takes long. Asked once: nothing depends on it.
 */
export async function shutdownDates(call: Call, clock: Clock): Promise<ReadonlyMap<string, string | null> | null> {
  const late = new AbortController();
  const stop = clock.after(patience, () => late.abort());
  try {
    const options = { purpose: "read", signal: late.signal } as const;
    const answer: unknown = await call("list the models", (client) => client.get("/models"), options);
    const told = asList(asObject(answer).data).flatMap((each) => {
      if (!isObject(each) || typeof each.id !== "string" || each.shutdown_date === undefined) return [];
      return [[each.id, dayOf(each.shutdown_date)] as const];
    });
    return told.length === 0 ? null : new Map(told);
  } catch (error) {
    if (late.signal.aborted) return null;
    const isInterrupted = error instanceof ProblemError && error.problems.some(({ code }) => code === "interrupted");
    if (error instanceof ProblemError && !isInterrupted) return null;
    throw error;
  } finally {
    stop();
  }
}

function dayOf(value: unknown): string | null {
  const [day] = typeof value === "string" ? (/^\d{4}-\d\d-\d\d/.exec(value) ?? []) : [];
  return day === undefined || !isDay(day) ? null : day;
}
