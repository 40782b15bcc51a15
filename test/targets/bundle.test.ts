import { OpenAI } from "openai";
import { describe, expect, expectTypeOf, test } from "vitest";
import { assistantKind } from "../../src/resources/assistant/kind.ts";
import { type Bundle, openBundle } from "../../src/targets/bundle/open-bundle.ts";
import { createResponsesTarget } from "../../src/targets/responses/target.ts";
import { typesOf } from "../../src/cli/bundle/types.ts";
import { connectionTo, publishedInMemory } from "./connection.ts";
import { plainSpec } from "./spec.ts";

async function published() {
  const file = publishedInMemory();
  const { registry } = createResponsesTarget(connectionTo(async () => Response.error(), { published: file }));
  const marker = { owner: "desk/prod/assistant.support", spec: "2 model=abc", rev: "c0ffee" };
  const tools = [{ kind: "function" as const, name: "lookup", description: null, parameters: null, strict: false }];
  await registry.create(assistantKind, { ...plainSpec, instructions: "Help.", tools, metadata: { team: "a" } }, marker);
  return file.text() ?? "";
}

/** As a JSON module gives it. */
const imported = (text: string) => JSON.parse(text) as { format_version: number; assistants: { support: object } };

describe("openBundle", () => {
  test("gives the parameters of a request, which the official client takes", async () => {
    const bundle = openBundle(imported(await published()));
    const support = bundle.assistant("support");
    const bodies: unknown[] = [];
    const client = new OpenAI({
      apiKey: "none",
      fetch: async (url, init) => {
        bodies.push(await new Request(url, init).json());
        return Response.json({ id: "resp_1", output: [] });
      },
    });
    await client.responses.create(
      support.request({ conversation: "conv_1", input: "Hello", metadata: { user: "u1" } }),
    );
    expect(bodies).toEqual([
      {
        model: "gpt-4o",
        instructions: "Help.",
        tools: [{ type: "function", name: "lookup", parameters: { type: "object", properties: {} }, strict: false }],
        metadata: { team: "a", user: "u1" },
        conversation: "conv_1",
        input: "Hello",
      },
    ]);
    expect(support).toMatchObject({
      name: "support",
      commit: "c0ffee",
      fingerprint: expect.stringMatching(/^\w{64}$/),
    });
  });

  test("knows the names of a bundle that is imported, and only takes those", async () => {
    const bundle = openBundle(imported(await published()));
    expectTypeOf(bundle).toEqualTypeOf<Bundle<"support">>();
    expect(bundle.names).toEqual(["support"]);
    // @ts-expect-error There is no such assistant.
    expect(() => bundle.assistant("suport")).toThrow('no assistant "suport"; it has support');
    // @ts-expect-error What every object has is no assistant either.
    expect(() => bundle.assistant("constructor")).toThrow('no assistant "constructor"');
  });

  test("keeps the type of a stream", async () => {
    const request = openBundle(imported(await published()))
      .assistant("support")
      .request({ input: "a", stream: true });
    expectTypeOf(request.stream).toEqualTypeOf<true>();
  });

  test("takes one conversation, not two", async () => {
    const support = openBundle(imported(await published())).assistant("support");
    const both = { input: "a", conversation: "conv_1", previous_response_id: "resp_1" };
    // @ts-expect-error The API takes one of them.
    expect(() => support.request(both)).toThrow("not both");
  });

  test.for([
    [
      "an edit by hand",
      (text: string) => text.replace("Help.", "Help!"),
      "edited by hand after it was published: support",
    ],
    [
      "another version",
      (text: string) => text.replace('"format_version": 1', '"format_version": 2'),
      "format version 2",
    ],
    ["something else", () => '{"format_version":1}', "not a bundle"],
  ] as const)("refuses %s", async ([, change, words]) => {
    const text = change(await published());
    expect(() => openBundle(imported(text))).toThrow(words);
  });
});

test("declarations name the assistants", () => {
  expect(typesOf(["billing", "support"], "assistants.prod.json")).toContain(
    'export type AssistantName = "billing" | "support";',
  );
});
