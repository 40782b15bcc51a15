import type { AssistantSpec } from "../targets/resources.ts";
import type { Field } from "./fields.ts";

/** One object as the files want it at one target. */
export interface Desired {
  kind: "assistant";
  address: string;
  spec: AssistantSpec;
  /** The fields that the files decide; all others belong to the other side. */
  declared: Field[];
  protect: boolean;
  /** Fields that belong to whoever edits them over there. */
  ignore: Field[];
  /** The id of an existing object to take over. */
  adopt: string | null;
}
