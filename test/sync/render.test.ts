import fc from "fast-check";
import { expect, test } from "vitest";
import type { FunctionToolSpec } from "../../src/resources/assistant/spec.ts";
import type { Plan } from "../../src/sync/plan/plan-format.ts";
import { renderApplied, renderProgress } from "../../src/sync/render/applied.ts";
import { fieldLines } from "../../src/sync/render/field-lines.ts";
import { renderMarkdown } from "../../src/sync/render/markdown.ts";
import { diffSchema } from "../../src/sync/render/schema-diff.ts";
import { countLines, diffText } from "../../src/sync/render/text-diff.ts";
import { renderText } from "../../src/sync/render/text.ts";
import { resourceKinds } from "../../src/resources/kinds.ts";
import { startEmbedded } from "./embedded.ts";
import { assistant, openDesk } from "./project.ts";
import { printable, printableLine } from "../../src/kit/terminal-text.ts";

const before = [
  "# Role",
  "You are a weather assistant who answers in metric units, and you are always calm, even when people shout at you about the rain.",
  "",
  "## Tone",
  "Be friendly.",
  "Be short.",
  "",
  "## Limits",
  ...Array.from({ length: 12 }, (_, index) => `${index + 1}. Rule ${index + 1} stands.`),
].join("\n");
const after = `${before.replace("calm, even", "cheerful, even").replace("Rule 11 stands", "Rule 11 fell")}\n13. Units are metric.`;

function weather(parameters: Record<string, unknown>): FunctionToolSpec {
  return { kind: "function", name: "get_weather", description: "Get the weather.", strict: true, parameters };
}
const location = { location: { type: "string" } };
const oldWeather = weather({ type: "object", properties: location, required: ["location"] });
const newWeather = weather({
  type: "object",
  properties: { ...location, day: { type: "string" } },
  required: ["location", "day"],
});

/** One of everything that a plan can say. */
async function planOfEverything(): Promise<Plan> {
  const embedded = await startEmbedded();
  const desk = openDesk(embedded);
  const tools = [oldWeather, { kind: "code_interpreter" as const, files: [] }];
  await desk.sync([
    assistant("weather", { instructions: before, temperature: 0.2, tools, metadata: { team: "a" } }),
    assistant("edited", { temperature: 0.2, top_p: 0.5, instructions: before }),
    assistant("before", { instructions: "Moved.", top_p: 0.1 }),
    assistant("overwritten", { top_p: 0.1 }),
    assistant("gone"),
    assistant("forgotten"),
    assistant("old"),
    assistant("kept", {}, { protect: true }),
    assistant("same"),
  ]);
  const id = (name: string) => desk.lock!.resources[`assistant.${name}`]!.id;
  await embedded.edit(id("edited"), { temperature: 0.9, instructions: after });
  await embedded.edit(id("overwritten"), { top_p: 0.9 });
  await embedded.remove(id("gone"));
  await embedded.remove(id("forgotten"));
  const adopt = await embedded.create({ model: "gpt-4o", name: "adopted" });
  await embedded.create({ model: "x", name: "taken" });
  await embedded.create({ model: "x", name: "theirs" });
  const desired = [
    assistant("weather", {
      description: "Weather \u001b[31mred",
      instructions: after,
      temperature: 0.4,
      response_format: { json_schema: { name: "answer", description: null, strict: true, schema: { type: "object" } } },
      tools: [newWeather, { kind: "file_search", vectorStores: [], maxNumResults: 5, rankingOptions: null }],
    }),
    assistant("edited", { temperature: 0.2, top_p: 0.6, instructions: before }),
    assistant("after", { instructions: "Moved.", top_p: 0.2, name: "before" }),
    assistant("overwritten", { top_p: 0.1 }),
    assistant("gone"),
    assistant("adopted", {}, { adopt }),
    assistant("taken"),
    assistant("same"),
    assistant("brand-new", { instructions: after, tools: [newWeather] }),
  ];
  return desk.plan(desired, {
    prune: true,
    moved: [{ from: "assistant.before", to: "assistant.after" }],
    take: { "assistant.overwritten": "ours" },
    git: { commit: "0123abc", dirty: true },
  });
}

function withoutIds(text: string): string {
  return text.replaceAll(/asst_\w+/g, "asst_ID").replaceAll(/\b[0-9a-f]{64}\b/g, "HASH");
}

test("a plan as text", async () => {
  const text = renderText(await planOfEverything(), { kinds: resourceKinds, full: false, color: false });
  await expect(withoutIds(text)).toMatchFileSnapshot("golden/plan.txt");
});

test("a plan as text, whole", async () => {
  const text = renderText(await planOfEverything(), { kinds: resourceKinds, full: true, color: false });
  await expect(withoutIds(text)).toMatchFileSnapshot("golden/plan-full.txt");
});

test("a plan as a comment", async () => {
  await expect(withoutIds(renderMarkdown(await planOfEverything(), resourceKinds))).toMatchFileSnapshot(
    "golden/plan.md",
  );
});

test("a plan without changes is one line", async () => {
  const desk = openDesk(await startEmbedded());
  await desk.sync([assistant("a")]);
  const plan = await desk.plan([assistant("a")]);
  expect(renderText(plan, { kinds: resourceKinds, full: false, color: false })).toBe("Plan: 1 unchanged.\n");
  expect(renderMarkdown(plan, resourceKinds)).not.toContain("<details>");
});

test("a comment is never too long, and drops whole resources only", async () => {
  const desk = openDesk(await startEmbedded());
  const line = (index: number) => `${index} ${"x".repeat(110)}`;
  const text = Array.from({ length: 160 }, (_, index) => line(index)).join("\n");
  const names = Array.from({ length: 40 }, (_, index) => `a${index}`);
  await desk.sync(names.map((name) => assistant(name, { instructions: text })));
  const changed = text.replaceAll("x ", "y ").replaceAll("xxx", "yyy");
  const comment = renderMarkdown(
    await desk.plan(names.map((name) => assistant(name, { instructions: changed }))),
    resourceKinds,
  );
  expect(comment.length).toBeLessThan(65_536);
  expect(comment.length).toBeGreaterThan(50_000);
  expect(comment.split("<details>").length).toBe(comment.split("</details>").length);
  expect(comment).toMatch(/_\d+ more not shown here: `playbill plan --target prod`_/);
  expect(comment).toMatch(/Plan hash: `\w{64}`\n$/);
});

test("what is shown with a plan shares the space with it, in complete parts, and each side gets half", async () => {
  const desk = openDesk(await startEmbedded());
  const text = Array.from({ length: 160 }, (_, index) => `${index} ${"x".repeat(110)}`).join("\n");
  const names = Array.from({ length: 40 }, (_, index) => `a${index}`);
  const long = await desk.plan(names.map((name) => assistant(name, { instructions: text })));
  const part = (index: number) => `<details><summary>part ${index}</summary>\n\n${"y".repeat(900)}\n\n</details>`;
  const beside = { verdict: "**Behaviour** worse", parts: Array.from({ length: 200 }, (_, index) => part(index)) };
  const comment = renderMarkdown(long, resourceKinds, { beside });
  expect(comment.length).toBeLessThan(65_536);
  expect(comment.split("\n")[4]).toBe(beside.verdict);
  expect(comment.split("<details>").length).toBe(comment.split("</details>").length);
  const shown = comment.match(/<summary>part \d+/g)?.length ?? 0;
  expect(shown).toBeGreaterThan(20);
  expect(comment).toContain("<code>+ assistant.a0</code>");
  expect(comment).toContain(`_${200 - shown} more not shown here: \`playbill plan --target prod --behaviour\`_`);
  const alone = renderMarkdown(await desk.plan([assistant("a")]), resourceKinds, { beside });
  expect(alone.match(/<summary>part \d+/g)?.length).toBeGreaterThan(shown);
  expect(alone.length).toBeLessThan(65_536);
  // Signs that grow when they are made harmless, wherever they may be.
  const sign = "<|>&".repeat(200);
  const notes = Array.from({ length: 30 }, () => ({ severity: "warning" as const, message: sign }));
  const remarks = new Map(names.map((name) => [`assistant.${name}`, sign]));
  const hostile = renderMarkdown(long, resourceKinds, { beside, notes, remarks });
  expect(hostile.length).toBeLessThan(65_536);
  expect(hostile).toMatch(/Plan hash: `\w{64}`\n$/);
});

test("the warnings about models are part of the comment, however long they are", async () => {
  const desk = openDesk(await startEmbedded());
  const plan = await desk.plan([assistant("a")]);
  const message = (index: number) => `<b>model-${index}</b> is shut down${" soon".repeat(200)}`;
  const notes = Array.from({ length: 30 }, (_, index) => ({ severity: "warning" as const, message: message(index) }));
  const comment = renderMarkdown(plan, resourceKinds, { notes });
  expect(comment).toContain("- **warning:** &lt;b&gt;model-0&lt;/b&gt; is shut down soon");
  expect(comment).toContain("- 10 more\n");
  expect(comment.length).toBeLessThan(15_000);
});

test("a text cannot get out of the block that it is shown in", async () => {
  const desk = openDesk(await startEmbedded());
  await desk.sync([assistant("a", { instructions: "one\ntwo" })]);
  const comment = renderMarkdown(
    await desk.plan([assistant("a", { instructions: "one\n```\n</details>\ntwo" })]),
    resourceKinds,
  );
  expect(comment).toMatch(/^````diff$[^]*^\+ *```$[^]*^````$/m);
});

test("the added and removed lines of a diff make up the difference", () => {
  const text = fc
    .array(fc.constantFrom("a", "b", "# c", "", "d".repeat(130)), { maxLength: 12 })
    .map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, text, (old, now) => {
      const { added, removed, lines } = diffText(old, now);
      expect(added - removed).toBe(countLines(now) - countLines(old));
      const reworded = lines.filter(({ mark }) => mark === "~").length;
      expect(lines.filter(({ mark }) => mark === "+")).toHaveLength(added - reworded);
      expect(lines.filter(({ mark }) => mark === "-")).toHaveLength(removed - reworded);
    }),
  );
});

test("a rewrite of a long text is counted, not compared", () => {
  const text = (word: string) => Array.from({ length: 5000 }, (_, index) => `${word} ${index}`).join("\n");
  expect(diffText(text("a"), text("b"))).toEqual({ added: 5000, removed: 5000, lines: [] });
});

test("nothing that could steer a terminal gets through", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(printableLine(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      expect(printable(text)).not.toContain("\u001b");
    }),
  );
  expect(printable("a\tb\n\u001b[31m")).toBe("a    b\n\\u001b[31m");
});

const object = (properties: object, ...required: string[]) => ({ type: "object", properties, required });
test.each<[unknown, unknown, string[]]>([
  [object({}), object({ a: {} }, "a"), ["p.properties.a: required argument added"]],
  [object({}), object({ a: {} }), ["p.properties.a: optional argument added"]],
  [object({ a: {} }, "a"), object({}), ["p.properties.a: argument removed"]],
  [object({ a: {} }), object({ a: {} }, "a"), ["p.required: a is now required"]],
  [object({ a: {} }, "a"), object({ a: {} }), ["p.required: a is now optional"]],
  [{ enum: ["a", "b"] }, { enum: ["b", "c"] }, ['p.enum: enum value removed: "a"', 'p.enum: enum value added: "c"']],
  [{ enum: ["a", "b"] }, { enum: ["b", "a"] }, ["p.enum: enum values in another order"]],
  [{ type: "string" }, { type: "number" }, ['p.type: "string" -> "number"']],
  [{ description: "a" }, { description: "b" }, ['p: description only: "a" -> "b"']],
  [{ items: { minimum: 1 } }, { items: {} }, ["p.items.minimum: 1 -> not set"]],
  [
    object({ description: {} }),
    object({ description: { type: "null" } }),
    ['p.properties.description.type: not set -> "null"'],
  ],
  [null, { type: "object" }, ['p: not set -> {"type":"object"}']],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, []],
])("between %j and %j", (old, now, expected) => {
  expect(diffSchema(old, now, "p", false).map(({ path, what }) => `${path}: ${what}`)).toEqual(expected);
});

test.each([
  [null, "x".repeat(100), "instructions  1 line, 100 chars, about 25 tokens"],
  [null, "a\nb", "instructions  2 lines, 3 chars, about 1 token"],
  ["a\nb", "a\nbcde", "instructions  +1 -1 lines, 3 -> 6 chars, about +1 token"],
])("sizes are counted in words: %j -> %j", (before, after, text) => {
  expect(fieldLines({ field: "instructions", before, after }, { kind: "text" }, false)[0]?.text).toBe(text);
});

test("what a sync did is printed with the way to continue", async () => {
  const plan = { ...(await planOfEverything()), selectors: ["assistant.*"] };
  const applied = {
    lock: { resources: {} } as never,
    done: [],
    collected: [],
    failed: [],
    skipped: [],
    notStarted: [],
    problems: [],
  };
  const done = (["create", "update", "update", "delete"] as const).map((action) => ({ address: "a", action, id: "i" }));
  const nothing = (resources: Plan["resources"], selectors: string[] = []) =>
    renderApplied({ ...plan, resources, selectors, prune: false }, applied);
  expect(nothing([])).toBe("Nothing to do: prod matches the files.\n");
  expect(nothing([], ["assistant.*"])).toBe("Nothing to do: what was selected at prod matches the files.\n");
  expect(nothing(plan.resources)).toBe(
    "Nothing was changed at prod: 2 are no longer in the files, and stay at the target without --prune; what was edited at the target is left as it is.\n",
  );
  expect(renderApplied(plan, { ...applied, done })).toBe("Done: 1 created, 2 updated, 1 deleted.\n");
  expect(renderApplied(plan, { ...applied, failed: ["assistant.a", "assistant.b"], notStarted: ["assistant.c"] })).toBe(
    [
      "Done: nothing.",
      "Failed: assistant.a, assistant.b.",
      "Not started: assistant.c.",
      "To continue: playbill sync assistant.* --prune --take ours assistant.overwritten --target prod",
      "",
    ].join("\n"),
  );
});

test.each([
  ["started", ""],
  ["done", "  assistant.a created\n"],
  ["failed", "! assistant.a not created\n"],
] as const)("progress: %s", (kind, line) => {
  expect(renderProgress({ kind, address: "assistant.a", action: "create" }, false)).toBe(line);
});
