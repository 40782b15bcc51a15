import type { AssistantSpec } from "../resources/assistant/spec.ts";
import type { DialectName } from "../resources/dialects.ts";
import type { Desired } from "../resources/resource.ts";
import type { Lack, LacksOf } from "./lacks.ts";
import { responsesLacks } from "./responses/lacks.ts";

/** Apart from what speaks the dialects, which takes long to load. */
const lacks: Record<DialectName, LacksOf> = { assistants: () => [], responses: responsesLacks };

/** What this dialect lacks of an assistant. */
export function lacksAt(api: DialectName, desired: Desired<AssistantSpec>): Lack[] {
  return lacks[api](desired);
}
