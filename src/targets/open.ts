import { createAssistantsTarget } from "./assistants/target.ts";
import type { Connection } from "./http/connection.ts";
import type { Target } from "./target.ts";

const dialects = { assistants: createAssistantsTarget } satisfies Record<string, (connection: Connection) => Target>;

/** The name of an API dialect, as a target's `api` says it. */
export type Dialect = keyof typeof dialects;

/** A target that speaks this dialect. Contacts nothing yet. */
export function createTarget(api: Dialect, connection: Connection): Target {
  return dialects[api](connection);
}
