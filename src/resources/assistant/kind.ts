import type { ResourceKind } from "../resource.ts";
import { assistantFields } from "./fields.ts";
import type { AssistantSpec } from "./spec.ts";

export const assistantKind: ResourceKind<AssistantSpec> = {
  name: "assistant",
  nouns: { one: "assistant", many: "assistants" },
  isMarked: true,
  nameOf: ({ name }) => name,
  fields: assistantFields,
};
