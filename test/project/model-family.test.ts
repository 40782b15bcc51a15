import { expect, test } from "vitest";
import { familyOf } from "../../src/project/model-family.ts";

test.each([
  ["gpt-4o", "OpenAI"],
  ["o3-mini", "OpenAI"],
  ["openai/gpt-6-luna", "OpenAI"],
  ["ft:gpt-4o-mini:acme::abc", "OpenAI"],
  ["Claude-Sonnet-5", "Anthropic"],
  ["meta-llama/Llama-4-70b", "Meta"],
  ["olmo-2", null],
  ["my-deployment", null],
])("%s is of %s", (model, family) => {
  expect(familyOf(model)).toBe(family);
});
