import { expect, test } from "vitest";
import type { ResolvedAssistant } from "../../src/project/resolve-assistant.ts";
import { desire } from "../../src/sync/desired.ts";
import { emptySpec } from "./project.ts";

const bare: ResolvedAssistant = {
  address: "assistant.weather",
  name: "Weather",
  description: undefined,
  model: "gpt-4o-mini",
  instructions: undefined,
  temperature: undefined,
  topP: undefined,
  responseFormat: undefined,
  reasoningEffort: undefined,
  tools: undefined,
  metadata: undefined,
  protect: false,
  ignore: [],
  adopt: undefined,
};

test("what the file does not say is not set and not declared", () => {
  expect(desire(bare, {})).toEqual({
    kind: "assistant",
    address: "assistant.weather",
    spec: { ...emptySpec, name: "Weather" },
    declared: ["name", "model"],
    protect: false,
    ignore: [],
    adopt: null,
  });
});

test("a target's name for the model is used", () => {
  expect(desire(bare, { "gpt-4o-mini": "gpt-6-luna" }).spec.model).toBe("gpt-6-luna");
});

test("what is declared as the default is declared all the same", () => {
  const { declared, spec } = desire({ ...bare, temperature: 1, responseFormat: "auto", tools: [] }, {});
  expect(declared).toEqual(["name", "model", "temperature", "response_format", "tools"]);
  expect(spec.temperature).toBe(1);
});

test("every metadata key is a field of its own, and what is ignored is not declared", () => {
  const metadata = { team: "x", tier: "1" };
  expect(desire({ ...bare, metadata, ignore: ["model", "metadata.tier"] }, {}).declared).toEqual([
    "name",
    "metadata.team",
  ]);
  expect(desire({ ...bare, metadata, ignore: ["metadata"] }, {}).declared).toEqual(["name", "model"]);
});

test("tools and a response format are completed with what the API assumes", () => {
  const { spec } = desire(
    {
      ...bare,
      tools: [
        { kind: "code_interpreter", files: undefined },
        { kind: "file_search", vectorStore: undefined, maxNumResults: 5, rankingOptions: { score_threshold: 0.2 } },
      ],
      responseFormat: { json_schema: { name: "weather", description: undefined, strict: undefined, schema: {} } },
    },
    {},
  );
  expect(spec.tools).toEqual([
    { kind: "code_interpreter", files: [] },
    {
      kind: "file_search",
      vectorStores: [],
      maxNumResults: 5,
      rankingOptions: { ranker: "auto", score_threshold: 0.2 },
    },
  ]);
  expect(spec.response_format).toEqual({
    json_schema: { name: "weather", description: null, strict: false, schema: {} },
  });
});

test("files that would silently be left out are refused", () => {
  expect(() => desire({ ...bare, tools: [{ kind: "code_interpreter", files: ["files/sales.csv"] }] }, {})).toThrow(
    "[files_not_synced] assistant.weather uses files/sales.csv",
  );
});
