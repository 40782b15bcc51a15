import type { DialectName } from "../resources/dialects.ts";
import { createAssistantsTarget } from "./assistants/target.ts";
import type { Connection } from "./http/connection.ts";
import { createResponsesTarget } from "./responses/target.ts";
import type { Target } from "./target.ts";

const dialects: Record<DialectName, (connection: Connection) => Target> = {
  assistants: createAssistantsTarget,
  responses: createResponsesTarget,
};

/** A target that speaks this dialect. Contacts nothing yet. */
export function createTarget(api: DialectName, connection: Connection): Target {
  return dialects[api](connection);
}
