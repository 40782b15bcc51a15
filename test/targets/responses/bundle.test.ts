import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "../../../src/kit/json.ts";
import { ProblemError } from "../../../src/problem.ts";
import { assistantKind } from "../../../src/resources/assistant/kind.ts";
import { fieldHashes } from "../../../src/resources/canonical-fields.ts";
import { createResponsesTarget } from "../../../src/targets/responses/target.ts";
import { editedIn, type WrittenBundle } from "../../../src/targets/bundle/format.ts";
import { marker, spec } from "../arbitrary-spec.ts";
import { connectionTo, publishedInMemory } from "../connection.ts";
import { plainSpec } from "../spec.ts";

const markerFor = (name: string) => ({ owner: `desk/prod/assistant.${name}`, spec: "2 model=abc", rev: "c0ffee" });

function open(text: string | null = null) {
  const published = publishedInMemory(text);
  const connect = () => createResponsesTarget(connectionTo(async () => Response.error(), { published })).registry;
  return { published, registry: connect(), connect, bundle: () => JSON.parse(published.text() ?? "") as WrittenBundle };
}

async function codeOf(work: Promise<unknown>) {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof ProblemError)) throw error;
  return error.problems[0];
}

test("what is published is read back the same, with a fingerprint that fits", async () => {
  await fc.assert(
    fc.asyncProperty(spec, marker, async (given, { spec: applied, rev }) => {
      const { registry, connect, bundle } = open();
      const owned = { ...markerFor("support"), spec: applied, rev };
      await registry.create(assistantKind, given, owned);
      const live = await connect().get(assistantKind, "support");
      expect(live).toMatchObject({ id: "support", marker: owned });
      expect(live?.isEdited).toBeUndefined();
      expect(fieldHashes(assistantKind, live?.spec ?? {})).toEqual(fieldHashes(assistantKind, given));
      expect(editedIn(bundle())).toEqual([]);
      // A snapshot keeps the object as it was given.
      expect(connect().read(assistantKind, live?.wire)).toEqual(live);
    }),
    { numRuns: 60 },
  );
});

test("equal assistants give equal bytes, in whatever order they came", async () => {
  const texts = await Promise.all(
    [
      ["a", "b", "c"],
      ["c", "a", "b"],
    ].map(async (names) => {
      const { registry, published } = open();
      await Promise.all(names.map((name) => registry.create(assistantKind, plainSpec, markerFor(name))));
      return published.text();
    }),
  );
  expect(texts[0]).toBe(texts[1]);
  expect(texts[0]).toMatch(/\n$/);
});

test("changes that come together are written together, and each is there when it says so", async () => {
  const { registry, published } = open();
  let writes = 0;
  const { write } = published;
  const counted = { ...published, write: (text: string) => ((writes += 1), write(text)) };
  const many = createResponsesTarget(connectionTo(async () => Response.error(), { published: counted })).registry;
  const names = Array.from({ length: 50 }, (_, nth) => `a${nth}`);
  await Promise.all(
    names.map(async (name) => {
      await many.create(assistantKind, plainSpec, markerFor(name));
      expect(await registry.get(assistantKind, name)).not.toBeNull();
    }),
  );
  expect(writes).toBeLessThan(5);
});

test("an update changes fields, a new address is a new name, and a deleted one is gone", async () => {
  const { registry, bundle } = open();
  const made = await registry.create(assistantKind, plainSpec, markerFor("old"));
  const moved = await registry.update(assistantKind, made, { temperature: 0.5 }, markerFor("new"));
  expect(moved).toMatchObject({ id: "new", spec: { temperature: 0.5, model: "gpt-4o" } });
  expect(Object.keys(bundle().assistants)).toEqual(["new"]);
  await registry.delete(assistantKind, "new");
  await registry.delete(assistantKind, "new");
  expect(bundle().assistants).toEqual({});
});

test("a name that another project has in the file is left to it", async () => {
  const { registry } = open();
  await registry.create(assistantKind, plainSpec, { ...markerFor("support"), owner: "other/prod/assistant.support" });
  expect(await codeOf(registry.create(assistantKind, plainSpec, markerFor("support")))).toMatchObject({
    code: "name_in_bundle",
    message: expect.stringContaining("of other/prod/assistant.support"),
  });
});

test("an edit of a field is read as an edit, any other edit is reported", async () => {
  const { registry, published, connect } = open();
  await registry.create(assistantKind, plainSpec, markerFor("support"));
  const text = published.text() ?? "";
  await published.write(text.replace('"gpt-4o"', '"gpt-6-luna"'));
  expect(await connect().get(assistantKind, "support")).toMatchObject({
    isEdited: true,
    spec: { model: "gpt-6-luna" },
  });
  await published.write(text.replace('"gpt-4o"', '"gpt-4o", "max_output_tokens": 3'));
  expect(await codeOf(connect().get(assistantKind, "support"))).toMatchObject({
    code: "bundle_edited",
    message: expect.stringContaining("request.max_output_tokens"),
  });
  // Another order or another indentation says the same.
  await published.write(canonicalJson(JSON.parse(text)));
  expect((await connect().get(assistantKind, "support"))?.isEdited).toBeUndefined();
});

test.for([
  ["{", "bad_bundle", "is not JSON"],
  ["[]", "bad_bundle", "not a bundle"],
  ['{"format_version":1,"assistants":{"a":{}}}', "bad_bundle", 'the assistant "a" lacks'],
  ['{"format_version":2,"assistants":{}}', "bundle_version", "version 2"],
] as const)("a file that cannot be used is refused with its place: %s", async ([text, code, words]) => {
  const { registry } = open(text);
  const problem = await codeOf(Array.fromAsync(registry.list(assistantKind)));
  expect(problem).toMatchObject({ code, place: { file: "dist/assistants.json", line: 1 } });
  expect(problem?.message).toContain(words);
});

test("a file that cannot be written leaves the bundle as it was", async () => {
  const { published, connect } = open();
  await connect().create(assistantKind, plainSpec, markerFor("kept"));
  const before = published.text();
  const full = { ...published, write: () => Promise.reject(new Error("ENOSPC: no space left")) };
  const { registry } = createResponsesTarget(connectionTo(async () => Response.error(), { published: full }));
  expect(await codeOf(registry.create(assistantKind, plainSpec, markerFor("lost")))).toMatchObject({
    code: "bundle_not_saved",
  });
  expect(published.text()).toBe(before);
});

test("without a file there is nothing whose loss would have to be said to be right", async () => {
  const { registry } = open();
  expect(await registry.isMadeAgain?.(assistantKind)).toBe(true);
  await registry.create(assistantKind, plainSpec, markerFor("a"));
  expect(await registry.isMadeAgain?.(assistantKind)).toBe(false);
});
