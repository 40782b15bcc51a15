import { Ajv } from "ajv";
import fc from "fast-check";
import type { TSchema } from "typebox";
import { expect, test } from "vitest";
import { faultIn } from "../../../../src/server/http/validation/validate.ts";
import { CreateAssistant } from "../../../../src/server/wire/assistant.ts";
import { CreateMessage } from "../../../../src/server/wire/message.ts";
import { CreateThreadAndRun, SubmitToolOutputs } from "../../../../src/server/wire/run.ts";
import { CreateVectorStore, SearchVectorStore } from "../../../../src/server/wire/vector-store.ts";

const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false });

const message = {
  role: "user",
  content: [
    { type: "text", text: "Hi" },
    { type: "image_url", image_url: { url: "http://x/", detail: "low" } },
    { type: "image_file", image_file: { file_id: "file-1" } },
  ],
  attachments: [{ file_id: "file-1", tools: [{ type: "file_search" }] }],
  metadata: { channel: "web" },
};
const tool = {
  type: "function",
  function: { name: "f", description: "d", parameters: { type: "object" }, strict: null },
};
const search = { type: "file_search", file_search: { max_num_results: 50, ranking_options: { score_threshold: 1 } } };
const chunking = { type: "static", static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } };
const assistant = {
  model: "m",
  name: null,
  instructions: "i",
  tools: [tool, search, { type: "code_interpreter" }],
  tool_resources: { file_search: { vector_stores: [{ file_ids: ["file-1"], chunking_strategy: chunking }] } },
  temperature: 2,
  response_format: { type: "json_schema", json_schema: { name: "n", schema: {} } },
  reasoning_effort: "low",
};
const run = {
  assistant_id: "asst_1",
  thread: { messages: [message] },
  tools: [tool],
  tool_choice: { type: "file_search" },
  max_prompt_tokens: 256,
  truncation_strategy: { type: "last_messages", last_messages: 1 },
  stream: true,
};

const bodies: [name: string, schema: TSchema, body: object][] = [
  ["an assistant", CreateAssistant, assistant],
  ["a message", CreateMessage, message],
  ["a thread and its run", CreateThreadAndRun, run],
  ["outputs", SubmitToolOutputs, { tool_outputs: [{ tool_call_id: "call_1", output: "o" }], stream: null }],
  ["a vector store", CreateVectorStore, { name: "n", expires_after: { anchor: "last_active_at", days: 1 } }],
  ["a search", SearchVectorStore, { query: "q", max_num_results: 3, ranking_options: { score_threshold: 0.5 } }],
];

/** Values near to what bodies hold: other types, bounds, and words that stand elsewhere in them. */
const oddValue = fc.oneof(
  fc.constantFrom(null, true, -1, 0, 1, 2.5, 51, 5000, "", "auto", "text", "function", "static", [], {}, "a b"),
  fc.constantFrom(
    "x".repeat(65),
    "x".repeat(513),
    "👋".repeat(256),
    Array.from({ length: 129 }, () => tool),
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
const oddKey = fc.constantFrom("type", "name", "__proto__", "constructor", "x".repeat(65), "stream");

interface Change {
  place: number;
  key: string;
  value: unknown;
  kind: "replace" | "remove" | "add";
}

/** Changes one place of a body, counted over all of them. */
function changed(body: object, { place, key, value, kind }: Change): unknown {
  const copy = structuredClone(body);
  const places = placesOf(copy);
  const [holder, name] = places[place % places.length] ?? [copy, ""];
  if (kind === "add") Object.defineProperty(holder, key, { value, enumerable: true, configurable: true });
  else if (kind === "replace") Reflect.set(holder, name, value);
  else Reflect.deleteProperty(holder, name);
  return JSON.parse(JSON.stringify(copy));
}

function placesOf(value: unknown): [holder: object, name: string][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [[value, name] as [object, string]].concat(placesOf(inner)));
}

test.each(bodies)("accepts %s exactly when a compiled schema does, whatever is changed in it", (_, schema, body) => {
  const isValid = ajv.compile(schema);
  expect(faultIn(schema, body)).toBeNull();
  const change = fc.record<Change>({
    place: fc.nat(200),
    key: oddKey,
    value: oddValue,
    kind: fc.constantFrom("replace", "remove", "add"),
  });
  fc.assert(
    fc.property(change, (each) => {
      const value = changed(body, each);
      expect(faultIn(schema, value) === null).toBe(isValid(value));
    }),
    { numRuns: 500 },
  );
});
