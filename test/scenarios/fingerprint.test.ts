import { assert, constantFrom, property, record, string, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { createSecrets, sensitiveShown } from "../../src/kit/secrets.ts";
import type { AssistantSpec } from "../../src/resources/assistant/spec.ts";
import { fileKind } from "../../src/resources/file/kind.ts";
import type { ResourceKind } from "../../src/resources/resource.ts";
import { vectorStoreKind } from "../../src/resources/vector-store/kind.ts";
import {
  assistantFingerprint,
  changedParts,
  isSameFingerprint,
  scenarioFingerprint,
  seenParts,
} from "../../src/scenarios/fingerprint.ts";
import type { TestRun } from "../../src/targets/target.ts";
import { declare, scenario } from "./scenario.ts";

const plain = createSecrets();

const spec: AssistantSpec = {
  name: "Desk",
  description: null,
  model: "gpt-4o-mini",
  instructions: "Be brief.",
  temperature: null,
  top_p: null,
  response_format: "auto",
  reasoning_effort: null,
  tools: [
    { kind: "function", name: "lookup", description: "Looks up.", parameters: schema("id"), strict: false },
    { kind: "code_interpreter", files: ["file.files/rates.csv"] },
    { kind: "file_search", vectorStores: ["vector_store.handbook"], maxNumResults: null, rankingOptions: null },
  ],
  metadata: { team: "desk" },
};

function schema(name: string) {
  return { type: "object", properties: { [name]: { type: "string" } }, required: [name] };
}

function resources({ csv = "1", page = "2", path = "docs/leave.md" } = {}): TestRun["resources"] {
  const member = { file: `file.${path}`, path, sha256: page };
  const store = { name: "handbook", files: { kind: "members", members: [member] }, chunking: null };
  return new Map([
    [
      "file.files/rates.csv",
      { kind: fileKind as ResourceKind, spec: { filename: "rates.csv", sha256: csv, bytes: 1 } },
    ],
    ["vector_store.handbook", { kind: vectorStoreKind as ResourceKind, spec: store }],
  ]);
}

const of = (changes: Partial<AssistantSpec> = {}, found = resources()) =>
  assistantFingerprint({ ...spec, ...changes }, found, plain);

test.each<[string, Partial<AssistantSpec>, ReturnType<typeof resources>, string[]]>([
  ["nothing", {}, resources(), []],
  ["tools in another order", { tools: spec.tools.toReversed() }, resources(), []],
  ["a default that is written down", { temperature: 1 }, resources(), []],
  ["the folder of a file", {}, resources({ path: "other/leave.md" }), []],
  ["instructions", { instructions: "Be long." }, resources(), ["instructions"]],
  ["the model", { model: "gpt-6" }, resources(), ["model"]],
  ["a parameter", { temperature: 0.2 }, resources(), ["temperature"]],
  ["the response format", { response_format: "json_object" }, resources(), ["response_format"]],
  ["a tool's schema", { tools: withLookup({ parameters: schema("order") }) }, resources(), ["tools.lookup"]],
  ["a tool's description", { tools: withLookup({ description: "Looks." }) }, resources(), ["tools.lookup"]],
  ["a tool's name", { tools: withLookup({ name: "find" }) }, resources(), ["tools.find", "tools.lookup"]],
  ["no tool", { tools: spec.tools.slice(1) }, resources(), ["tools.lookup"]],
  ["a file of the interpreter", {}, resources({ csv: "9" }), ["tools.code_interpreter"]],
  ["a file of a store", {}, resources({ page: "9" }), ["tools.file_search"]],
  ["the name", { name: "Other" }, resources(), ["name"]],
])("an assistant's fingerprint names what changed: %s", (_, changes, found, expected) => {
  expect(changedParts(of(), of(changes, found))).toEqual(expected);
});

function withLookup(changes: object): AssistantSpec["tools"] {
  return spec.tools.map((tool) => (tool.kind === "function" ? { ...tool, ...changes } : tool));
}

test("a field that no model sees does not make another assistant", () => {
  const renamed = of({ name: "Other", description: "new", metadata: {} });
  expect(changedParts(seenParts(of()), seenParts(renamed))).toEqual([]);
  const base = { assistant: of(), scenario: {} };
  expect(isSameFingerprint(base, { ...base, assistant: renamed })).toBe(true);
  expect(isSameFingerprint(base, { ...base, assistant: of({ model: "x" }) })).toBe(false);
});

test("nothing of a secret or of a sensitive value is left in a fingerprint", () => {
  const secretText = string({ minLength: 8, maxLength: 12 }).map(
    (text) => `Z9${text.replaceAll(/[^A-Za-z0-9]/g, "q")}`,
  );
  assert(
    property(tuple(secretText, secretText), constantFrom("secret", "sensitive"), ([one, other], kind) => {
      const [first, second] = [one, other].map((value) => {
        const secrets = createSecrets();
        if (kind === "secret") secrets.add(value);
        else secrets.add(value, sensitiveShown(value));
        return assistantFingerprint({ ...spec, instructions: `The code is ${value}.` }, resources(), secrets);
      });
      expect(first).toEqual(second);
    }),
  );
});

const yaml = `
assistant: desk
name: Late
tags: [smoke]
vars: { order: A-1, unread: 7 }
tools: { lookup: [{ return: { status: late } }] }
limits: { turn: { timeout: 5s } }
turns:
  - user: Where is \${{ vars.order }}?
    script: [{ say: late }]
    expect: { reply: { contains: late } }
  - user: Thanks
  - user: { any: [{ when: "true", say: Bye, script: [{ say: Farewell }] }] }
expect: { tools: { max_calls: 3 } }
`;

function fingerprint(text: string, files = new Map<string, string>()) {
  return scenarioFingerprint(scenario(text), declare(text).value, { files, models: new Map() }, plain);
}

test.each<[string, string, string, string[]]>([
  ["the title", "name: Late", "name: Early", []],
  ["a tag", "[smoke]", "[other]", []],
  ["a comment", "name: Late", "name: Late  # hm", []],
  ["an unread variable", "unread: 7", "unread: 8", []],
  ["a variable", "A-1", "A-2", ["vars"]],
  ["a stub", "status: late", "status: lost", ["tools"]],
  ["a limit", "5s", "6s", ["limits"]],
  ["the first text", "Where is", "Where was", ["turns.1"]],
  ["the last text", "Thanks", "Thank you", ["turns.2"]],
  ["an expectation", "contains: late", "contains: lost", ["expect"]],
  ["what is expected in the end", "max_calls: 3", "max_calls: 4", ["expect"]],
  ["the script", "say: late", "say: lost", ["script"]],
  ["something that the user may say", "say: Bye", "say: Ciao", ["turns.3"]],
  ["the script of something that the user may say", "say: Farewell", "say: Soon", ["script"]],
])("a scenario's fingerprint names what changed: %s", (_, before, after, expected) => {
  expect(yaml).toContain(before);
  expect(changedParts(fingerprint(yaml), fingerprint(yaml.replace(before, after)))).toEqual(expected);
});

test("the content of files that a scenario names counts", () => {
  const one = fingerprint(yaml, new Map([["scenarios/stub.ts", "1"]]));
  expect(changedParts(one, fingerprint(yaml, new Map([["scenarios/stub.ts", "2"]])))).toEqual(["files"]);
});

describe("the order", () => {
  test("of keys and of files counts for nothing", () => {
    assert(
      property(record({ id: string(), status: string(), note: string() }), (result) => {
        const stub = (value: object) => yaml.replace("{ status: late }", () => JSON.stringify(value));
        const reversed = Object.fromEntries(Object.entries(result).toReversed());
        expect(fingerprint(stub(result))).toEqual(fingerprint(stub(reversed)));
      }),
      { numRuns: 20 },
    );
    const files = [["a", "1"] as const, ["b", "2"] as const];
    expect(fingerprint(yaml, new Map(files))).toEqual(fingerprint(yaml, new Map(files.toReversed())));
  });
});

test("a scenario that a model judges has that model in its fingerprint, and no other scenario has", () => {
  const models = (model: string) => ({ files: new Map(), models: new Map([["judge", { model }]]) });
  const changed = (text: string) => {
    const [one, other] = ["weak", "strong"].map((model) =>
      scenarioFingerprint(scenario(text), declare(text).value, models(model), plain),
    );
    return changedParts(one!, other!);
  };
  const judged = "assistant: desk\nturns: [{ user: hi, expect: { judge: { rubric: Is it kind? } } }]\n";
  expect(changed(judged)).toEqual(["models"]);
  expect(changed(yaml)).toEqual([]);
});
