import type { Target } from "../target.ts";
import { type Connection, createCall } from "../http/connection.ts";
import { openConversation } from "./conversations.ts";
import { createRegistry } from "./registry.ts";
import { createTestSession } from "./test-session.ts";

/** A target that speaks the Assistants API, version 2: the embedded server, a self-hosted one, a proxy. Contacts nothing yet. */
export function createAssistantsTarget(connection: Connection): Target {
  const call = createCall(connection);
  const { baseUrl, clock } = connection;
  const registry = createRegistry(call, baseUrl);
  return {
    origin: originOf(connection),
    registry,
    testing: (run) =>
      createTestSession(run, {
        registry,
        clock,
        open: (conversation) => openConversation(call, baseUrl, conversation),
      }),
  };
}

/** The base URL without what does not matter, then the account as far as it is named. Never the key. */
function originOf({ baseUrl, organization, project }: Connection): string {
  const url = baseUrl.replace(/\/+$/, "");
  return [url, organization, project].filter((part) => part !== null).join(" ");
}
