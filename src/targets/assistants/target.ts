import type { Target } from "../target.ts";
import { type Connection, createCall } from "./connection.ts";
import { createConversations } from "./conversations.ts";
import { createRegistry } from "./registry.ts";

/** A target that speaks the Assistants API, version 2: the embedded server, a self-hosted one, a proxy. Contacts nothing yet. */
export function createAssistantsTarget(connection: Connection): Target {
  const call = createCall(connection);
  return {
    origin: originOf(connection),
    registry: createRegistry(call, connection.baseUrl),
    conversations: createConversations(call, connection.baseUrl),
  };
}

/** The base URL without what does not matter, then the account as far as it is named. Never the key. */
function originOf({ baseUrl, organization, project }: Connection): string {
  const url = baseUrl.replace(/\/+$/, "");
  return [url, organization, project].filter((part) => part !== null).join(" ");
}
