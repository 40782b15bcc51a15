import fc from "fast-check";
import type { AssistantSpec, FunctionToolSpec, ToolSpec } from "../../src/resources/assistant/spec.ts";
import type { Desired } from "../../src/resources/resource.ts";
import { assistant } from "./project.ts";

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.stringMatching(/^(# \w+\r?\n)?(\w+ ){0,5}\r?\n?$/),
  fc.constant(""),
);
const name = fc.stringMatching(/^[a-z_]{1,8}$/);
const jsonSchema = fc.record({
  type: fc.constant("object"),
  properties: fc.dictionary(name, fc.record({ type: fc.constantFrom("string", "number") }), { maxKeys: 3 }),
  additionalProperties: fc.boolean(),
});
const functionTool: fc.Arbitrary<FunctionToolSpec> = fc.record({
  kind: fc.constant("function" as const),
  name,
  description: fc.option(text),
  parameters: fc.option(fc.oneof(jsonSchema, fc.constant({}))),
  strict: fc.boolean(),
});
const fileSearch: fc.Arbitrary<Extract<ToolSpec, { kind: "file_search" }>> = fc.record({
  kind: fc.constant("file_search" as const),
  vectorStores: fc.constant([]),
  maxNumResults: fc.option(fc.integer({ min: 1, max: 50 })),
  rankingOptions: fc.option(
    fc.record({ ranker: fc.constantFrom("auto", "default_2024_08_21"), score_threshold: fc.constantFrom(0, 0.5) }),
  ),
});
const codeInterpreter: fc.Arbitrary<ToolSpec> = fc.constant({ kind: "code_interpreter", files: [] });
const tools: fc.Arbitrary<ToolSpec[]> = fc
  .tuple(
    fc.uniqueArray(functionTool, { maxLength: 3, selector: (tool) => tool.name }),
    fc.option(fileSearch),
    fc.option(codeInterpreter),
  )
  .map(([functions, search, code]) => [functions, search ?? [], code ?? []].flat());

/** Any fields that a YAML file can declare, some of them absent. */
export const fields: fc.Arbitrary<Partial<AssistantSpec>> = fc.record(
  {
    description: fc.option(text),
    model: fc.constantFrom("gpt-4o-mini", "gpt-6"),
    instructions: fc.option(text),
    temperature: fc.option(fc.constantFrom(0, 0.2, 1, 2)),
    top_p: fc.option(fc.constantFrom(0, 0.5, 1)),
    response_format: fc.oneof(
      fc.constantFrom("auto" as const, "text" as const, "json_object" as const),
      fc.record({
        json_schema: fc.record({ name, description: fc.option(text), strict: fc.boolean(), schema: jsonSchema }),
      }),
    ),
    reasoning_effort: fc.constantFrom("low", "high"),
    tools,
    metadata: fc.dictionary(name, fc.string({ maxLength: 8 }), { maxKeys: 3 }),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** The declarations of a whole project, each address once. */
export const declarations: fc.Arbitrary<Desired[]> = fc
  .uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c", "d"), fields), { maxLength: 4, selector: ([name]) => name })
  .map((given) => given.map(([name, each]) => assistant(name, each)));

/** What a project's knowledge is: texts by path, and vector stores with some of these paths. */
export interface Knowledge {
  texts: Record<string, string>;
  stores: { name: string; paths: string[]; isCutFine: boolean }[];
}

const paths = ["a/one.md", "b/one.md", "two.md", "three.txt"];
// Of one length, so that only the content tells two files of one name apart.
const content = fc.constantFrom("Text A.", "Text B.", "Text C.");

/** Two stores at most, which may share files; two of the files have one name. */
export const knowledge: fc.Arbitrary<Knowledge> = fc.record(
  {
    texts: fc.record(Object.fromEntries(paths.map((path) => [path, content])), { noNullPrototype: true }),
    stores: fc.uniqueArray(
      fc.record(
        { name: fc.constantFrom("x", "y"), paths: fc.subarray(paths), isCutFine: fc.boolean() },
        { noNullPrototype: true },
      ),
      { maxLength: 2, selector: ({ name }) => name },
    ),
  },
  { noNullPrototype: true },
);

/** What happens between two syncs, and to one. */
export type Happening =
  | { kind: "declare"; knowledge: Knowledge }
  /** A sync that is killed at the write of that number, or comes to its end before. */
  | { kind: "killed"; point: number }
  | { kind: "sync" }
  /** Somebody deletes what the lists have there, counted over and over; adds a file of theirs to a store; renames one. */
  | { kind: "delete"; list: "/files" | "/vector_stores" | "members"; number: number }
  | { kind: "fill"; number: number }
  | { kind: "rename"; number: number };

export const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("declare" as const), knowledge }),
    fc.record({ kind: fc.constant("killed" as const), point: fc.integer({ min: 1, max: 60 }) }),
    fc.constant({ kind: "sync" as const }),
    fc.record({
      kind: fc.constant("delete" as const),
      list: fc.constantFrom("/files" as const, "/vector_stores" as const, "members" as const),
      number: fc.nat(9),
    }),
    fc.record({ kind: fc.constant("fill" as const), number: fc.nat(9) }),
    fc.record({ kind: fc.constant("rename" as const), number: fc.nat(9) }),
  ),
  { minLength: 2, maxLength: 8 },
);
