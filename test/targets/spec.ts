import type { AssistantSpec } from "../../src/resources/assistant/spec.ts";

/** An assistant with nothing special about it. */
export const plainSpec: AssistantSpec = {
  name: "Shop",
  description: null,
  model: "gpt-4o",
  instructions: null,
  temperature: null,
  top_p: null,
  response_format: "auto",
  reasoning_effort: null,
  tools: [],
  metadata: {},
};
