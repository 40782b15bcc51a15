import type { AssistantSpec } from "../resources/assistant/spec.ts";
import type { DialectName } from "../resources/dialects.ts";
import type { Desired } from "../resources/resource.ts";
import { createAssistantsTarget } from "./assistants/target.ts";
import type { Connection } from "./http/connection.ts";
import type { Lack, LacksOf } from "./lacks.ts";
import { responsesLacks } from "./responses/lacks.ts";
import { createResponsesTarget } from "./responses/target.ts";
import type { Target } from "./target.ts";

interface Dialect {
  create(this: void, connection: Connection): Target;
  lacks: LacksOf;
}

const dialects: Record<DialectName, Dialect> = {
  assistants: { create: createAssistantsTarget, lacks: () => [] },
  responses: { create: createResponsesTarget, lacks: responsesLacks },
};

/** A target that speaks this dialect. Contacts nothing yet. */
export function createTarget(api: DialectName, connection: Connection): Target {
  return dialects[api].create(connection);
}

/** What this dialect lacks of an assistant. */
export function lacksAt(api: DialectName, desired: Desired<AssistantSpec>): Lack[] {
  return dialects[api].lacks(desired);
}
