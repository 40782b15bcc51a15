import type { Target } from "../target.ts";
import { createCall } from "../http/call.ts";
import type { Connection } from "../http/connection.ts";
import { openConversation } from "./conversations.ts";
import { createRegistry } from "./registry.ts";
import { createTestSession } from "./test-session.ts";

/** A target that speaks the Assistants API, version 2: the embedded server, a self-hosted one, a proxy. Contacts nothing yet. */
export function createAssistantsTarget(connection: Connection): Target {
  let account: string | null = null;
  const call = createCall(connection, (headers) => {
    account = accountIn(headers) ?? account;
  });
  const { baseUrl, clock, retries, waits = null } = connection;
  const registry = {
    ...createRegistry(call, baseUrl),
    account: () => account,
    time: () => Math.floor(clock.now() / 1000),
  };
  return {
    origin: originOf(connection),
    registry,
    testing: (run) =>
      createTestSession(run, {
        registry,
        cleanup: {
          ...registry,
          ...createRegistry(
            (what, request, options) => call(what, request, { ...options, purpose: "cleanup" }),
            baseUrl,
          ),
        },
        clock,
        signal: connection.signal,
        retries,
        open: (conversation) => openConversation({ call, baseUrl, clock, retries, waits }, conversation),
      }),
  };
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
