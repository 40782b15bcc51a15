import type { Field } from "../resources/fields.ts";
import type { AssistantSpec } from "../resources/assistant/spec.ts";
import type { Desired } from "../resources/resource.ts";

/** Something that an assistant declares and that has no effect, or not everywhere, at targets of a dialect. */
export interface Lack {
  /** The key of the assistant's YAML. */
  field: Field;
  message: string;
  hint: string;
}

/** What a dialect lacks of an assistant. */
export type LacksOf = (desired: Desired<AssistantSpec>) => Lack[];
