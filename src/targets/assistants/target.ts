import { assistantKind } from "../../resources/assistant/kind.ts";
import { createToldFiles } from "../files/told-files.ts";
import { createUploads } from "../files/uploads.ts";
import { createAnswered } from "../http/answered.ts";
import { type Call, createCall } from "../http/call.ts";
import { type Connection, originOf } from "../http/connection.ts";
import { shutdownDates } from "../models.ts";
import type { KindAccess } from "../objects/access.ts";
import { createApiRegistry } from "../objects/registry.ts";
import type { Target } from "../target.ts";
import { createTestSession } from "../testing/test-session.ts";
import { assistantAccess } from "./assistant-access.ts";
import { openConversation } from "./conversations.ts";
import { readThread } from "./read-thread.ts";

/** A target that speaks the Assistants API, version 2: the embedded server, a self-hosted one, a proxy. Contacts nothing yet. */
export function createAssistantsTarget(connection: Connection): Target {
  const { baseUrl, clock, retries, signal } = connection;
  const { readHeaders, account, time } = createAnswered(clock);
  const call = createCall(connection, readHeaders);
  const cleanupCall: Call = (what, request, options) => call(what, request, { ...options, purpose: "cleanup" });
  const deps = { baseUrl, clock, signal, retries, targetTime: time };
  const upload = createUploads({ ...deps, call });
  const own = { [assistantKind.name]: assistantAccess(baseUrl) as unknown as KindAccess };
  const registryBy = (by: Call) => ({ ...createApiRegistry({ ...deps, call: by, upload }, own), account, time });
  const registry = registryBy(call);
  return {
    origin: originOf(connection),
    registry,
    shutdownDates: () => shutdownDates(call, clock),
    history: (thread) => readThread({ call, baseUrl }, thread),
    testing: (run) => {
      const told = createToldFiles(call);
      return createTestSession(run, {
        registry,
        cleanup: registryBy(cleanupCall),
        clock,
        open: (conversation, { idOfAddress: fileId }) =>
          openConversation({ call, baseUrl, clock, retries, told, fileId }, conversation),
      });
    },
  };
}
