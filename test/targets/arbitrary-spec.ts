import fc from "fast-check";
import type { AssistantSpec, ToolSpec } from "../../src/resources/assistant/spec.ts";
import type { Marker } from "../../src/resources/resource.ts";

const schema = fc.dictionary(fc.string(), fc.jsonValue());
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

const codeInterpreter = fc.record({ kind: fc.constant("code_interpreter" as const), files: fc.array(fc.string()) });
const fileSearch = fc.record({
  kind: fc.constant("file_search" as const),
  vectorStores: fc.array(fc.string(), { maxLength: 1 }),
  maxNumResults: nullable(fc.integer({ min: 1, max: 50 })),
  rankingOptions: nullable(
    fc.record({ ranker: fc.string(), score_threshold: fc.double({ min: 0, max: 1, noNaN: true }) }),
  ),
});
const functionTool = fc.record({
  kind: fc.constant("function" as const),
  name: fc.string(),
  description: nullable(fc.string()),
  parameters: nullable(schema),
  strict: fc.boolean(),
});
const tools: fc.Arbitrary<ToolSpec[]> = fc
  .tuple(fc.array(functionTool), fc.array(codeInterpreter, { maxLength: 1 }), fc.array(fileSearch, { maxLength: 1 }))
  .map((groups) => groups.flat());

/** Any assistant. */
export const spec: fc.Arbitrary<AssistantSpec> = fc.record({
  name: nullable(fc.string()),
  description: nullable(fc.string()),
  model: fc.string(),
  instructions: nullable(fc.string()),
  temperature: nullable(fc.double({ min: 0, max: 2, noNaN: true })),
  top_p: nullable(fc.double({ min: 0, max: 1, noNaN: true })),
  response_format: fc.oneof(
    fc.constantFrom("auto" as const, "text" as const, "json_object" as const),
    fc.record({
      json_schema: fc.record({ name: fc.string(), description: nullable(fc.string()), strict: fc.boolean(), schema }),
    }),
  ),
  reasoning_effort: nullable(fc.constantFrom("low", "medium", "high")),
  tools,
  metadata: fc.dictionary(
    fc.string().filter((key) => !key.startsWith("playbill.") && key !== "__proto__"),
    fc.string(),
  ),
});
/** Any marker. */
export const marker: fc.Arbitrary<Marker> = fc.record({ owner: fc.string(), spec: fc.string(), rev: fc.string() });
