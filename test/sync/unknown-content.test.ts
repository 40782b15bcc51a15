import fc from "fast-check";
import { expect, test } from "vitest";
import { type JsonObject, asObject } from "../../src/kit/json.ts";
import { renderText } from "../../src/sync/render/text.ts";
import { changesOf } from "../../src/sync/plan/plan-format.ts";
import { resourceKinds } from "../../src/resources/kinds.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";
import { createTarget } from "../../src/targets/open.ts";
import { connectionTo } from "../targets/connection.ts";
import { assistant, openDesk } from "./project.ts";
import { fields } from "./arbitrary.ts";

// Servers have tools, formats and options that nobody here knows. They are kept, shown and sent back.

/** An Assistants API that keeps whatever it is given, and merges an update as the original does: field by field, resources tool by tool. */
function startPeer() {
  const objects = new Map<string, JsonObject>();
  const target = createTarget(
    "assistants",
    connectionTo(async (input, init) => {
      const request = new Request(input, init);
      const id = new URL(request.url).pathname.split("/")[3];
      const body = request.method === "POST" ? ((await request.json()) as JsonObject) : {};
      if (id === undefined && request.method === "GET") {
        return Response.json({ object: "list", data: [...objects.values()], has_more: false });
      }
      const before = id === undefined ? { id: `asst_${objects.size}`, created_at: objects.size } : objects.get(id);
      if (before === undefined) return Response.json({ error: { message: "no such assistant" } }, { status: 404 });
      if (request.method === "POST") {
        const resources = { ...asObject(before.tool_resources), ...asObject(body.tool_resources) };
        objects.set(before.id as string, { ...before, ...body, tool_resources: resources });
      }
      return Response.json(objects.get(before.id as string) ?? before);
    }),
  );
  const desk = openDesk(target);
  return {
    desk,
    registry: target.registry,
    object: (id: string) => objects.get(id) ?? {},
    edit: (id: string, body: JsonObject) => void objects.set(id, { ...objects.get(id), ...body }),
  };
}

const option = fc.dictionary(fc.stringMatching(/^x_[a-z]{1,6}$/), fc.jsonValue(), { minKeys: 1, maxKeys: 2 });
const unknownTool = option.chain((more) =>
  fc.constantFrom(
    { type: "mcp", server_label: "shop", ...more },
    { type: "code_interpreter", ...more },
    { type: "file_search", file_search: { ranking_options: { ranker: "auto", score_threshold: 0, ...more } } },
    { type: "function", function: { name: "f", strict: true, ...more } },
    { type: "function", function: { name: "f" }, ...more },
  ),
);
/** As it goes over the wire: JSON has no -0. */
const unknownContent = fc
  .record(
    {
      tools: fc.array(unknownTool, { minLength: 1, maxLength: 2 }),
      tool_resources: fc.record({ code_interpreter: option, x_other: option }, { requiredKeys: [] }),
      response_format: fc.oneof(
        option.map((more) => ({ type: "grammar", ...more })),
        option.map((more) => ({ type: "text", ...more })),
        option.map((more) => ({ type: "json_schema", json_schema: { name: "a", schema: {}, ...more } })),
      ),
      metadata: fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.string(), { minKeys: 1, maxKeys: 2 }),
      x_effort: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  .map((content) => JSON.parse(JSON.stringify(content)) as JsonObject);

const named: Record<string, string[]> = { tools: ["tools", "tool_resources"] };

test("an update touches only what the plan shows, whatever the live object has", async () => {
  await fc.assert(
    fc.asyncProperty(fields, fields, unknownContent, async (first, second, content) => {
      const { desk, object, edit } = startPeer();
      const [made] = (await desk.sync([assistant("a", first)])).done;
      const metadata = { ...asObject(object(made!.id).metadata), ...asObject(content.metadata) };
      edit(made!.id, { ...content, metadata });
      const before = structuredClone(object(made!.id));
      const desired = [assistant("a", second)];
      const plan = await desk.plan(desired, { take: { "assistant.a": "ours" } });
      await desk.sync(desired, { take: { "assistant.a": "ours" } });
      const shown = new Set(changesOf(plan.resources[0]!).map(({ field }) => field));
      const mayChange = new Set([...shown].flatMap((field) => named[field] ?? [field]));
      const after = object(made!.id);
      for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
        if (key === "metadata") {
          const own = (value: unknown) =>
            Object.fromEntries(
              Object.entries(asObject(value)).filter(
                ([name]) => !name.startsWith("playbill.") && !shown.has(`metadata.${name}`),
              ),
            );
          expect(own(after.metadata)).toEqual(own(before.metadata));
        } else if (!mayChange.has(key)) expect(after[key]).toEqual(before[key]);
      }
    }),
    { numRuns: 60 },
  );
});

test("what goes out is what came in", async () => {
  await fc.assert(
    fc.asyncProperty(unknownContent, async (content) => {
      const { registry, object, edit } = startPeer();
      const marker = { owner: "desk/prod/assistant.a", spec: "", rev: "" };
      const { id } = await registry.create(assistantKind, assistant("a").spec, marker);
      edit(id, content);
      const live = await registry.get(assistantKind, id);
      const { tools, response_format } = live!.spec;
      await registry.update(assistantKind, live!, { tools, response_format }, marker);
      const again = await registry.get(assistantKind, id);
      expect(again!.spec.tools).toEqual(tools);
      expect(again!.spec.response_format).toEqual(response_format);
      for (const key of ["tools", "response_format"] as const)
        if (key in content) expect(object(id)[key]).toMatchObject(withoutNulls(content[key]) as object);
    }),
    { numRuns: 60 },
  );
});

/** `null` says "not set". */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === null ? [] : [[key, withoutNulls(each)]])),
  );
}

test("an unknown tool on a live object is drift, is shown, and goes only when that is decided", async () => {
  const { desk, object, edit } = startPeer();
  const code = { kind: "code_interpreter" as const, files: [] };
  const [made] = (await desk.sync([assistant("a", { tools: [code], temperature: 0.1 })])).done;
  edit(made!.id, { tools: [{ type: "code_interpreter" }, { type: "mcp", server_label: "shop", allowed: ["buy"] }] });
  const desired = [assistant("a", { tools: [code], temperature: 0.2 })];
  const plan = await desk.plan(desired);
  expect(renderText(plan, { kinds: resourceKinds, full: false, color: false })).toContain(
    "! tools was edited at prod\n        ~ tools\n            + unknown tool mcp shop",
  );
  await desk.sync(desired);
  expect(object(made!.id)).toMatchObject({ temperature: 0.2, tools: [{}, { type: "mcp", allowed: ["buy"] }] });
  await desk.sync(desired, { take: { "assistant.a": "ours" } });
  expect(object(made!.id).tools).toEqual([{ type: "code_interpreter" }]);
});

test("a snapshot holds the object as the API gave it", async () => {
  const { registry, object, edit } = startPeer();
  const marker = { owner: "desk/prod/assistant.a", spec: "", rev: "" };
  const { id } = await registry.create(assistantKind, assistant("a").spec, marker);
  edit(id, { x_effort: { deep: [1] }, tools: [{ type: "mcp" }] });
  expect((await registry.get(assistantKind, id))?.wire).toEqual(object(id));
});
