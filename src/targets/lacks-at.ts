import type { AssistantSpec } from "../resources/assistant/spec.ts";
import type { DialectName } from "../resources/dialects.ts";
import type { Desired } from "../resources/resource.ts";
import type { Lack, LacksOf } from "./lacks.ts";
import { responsesLacks } from "./responses/lacks.ts";

/** Separate from the dialects' implementations, which take long to load. */
const lacks: Record<DialectName, LacksOf> = { assistants: () => [], responses: responsesLacks };

/** What an assistant declares that this dialect does not support. */
export function lacksAt(api: DialectName, desired: Desired<AssistantSpec>): Lack[] {
  return lacks[api](desired);
}
