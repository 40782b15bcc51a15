import type { Field } from "../resources/fields.ts";
import type { AssistantSpec } from "../resources/assistant/spec.ts";
import type { Desired } from "../resources/resource.ts";

/** Something in an assistant's declaration that has no effect, or not everywhere, at targets of a dialect. */
export interface Lack {
  /** The key of the assistant's YAML. */
  field: Field;
  message: string;
  hint: string;
}

/** Finds what an assistant declares that a dialect does not support. */
export type LacksOf = (desired: Desired<AssistantSpec>) => Lack[];
