import type { Target } from "../target.ts";
import { type Call, createCall } from "../http/call.ts";
import type { Connection } from "../http/connection.ts";
import { openConversation } from "./conversations.ts";
import { createFileNames } from "./files/names.ts";
import { createUploads } from "./files/uploads.ts";
import { shutdownDates } from "./models.ts";
import { createRegistry } from "./registry.ts";
import { createTestSession } from "./test-session.ts";

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
    testing: (run) => {
      const fileName = createFileNames(call);
      return createTestSession(run, {
        registry,
        cleanup: { ...registry, ...createRegistry({ ...deps, call: cleanupCall, upload }) },
        clock,
        open: (conversation, fileId) =>
          openConversation({ call, baseUrl, clock, retries, fileName, fileId }, conversation),
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
