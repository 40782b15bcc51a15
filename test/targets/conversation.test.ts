import { expect, onTestFinished, test } from "vitest";
import type { WrittenStep } from "../../src/project/schemas/script.ts";
import { createScriptedModel } from "../../src/server/models/script.ts";
import { openServer } from "../../src/server/server.ts";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";
import type { AssistantSpec } from "../../src/resources/assistant/spec.ts";
import type { TurnEvent } from "../../src/targets/target.ts";
import type { Connection } from "../../src/targets/http/connection.ts";
import { connectionTo, testRun } from "./connection.ts";
import { pauseInWords } from "../../src/targets/http/rate-headers.ts";
import { createLeapingClock } from "./leaping-clock.ts";
import { plainSpec } from "./spec.ts";

const spec: AssistantSpec = {
  ...plainSpec,
  tools: [{ kind: "function", name: "lookup", description: null, parameters: null, strict: false }],
};

/** A conversation with an assistant that does these steps when it hears "Hi" after an opening. */
async function startConversation(steps: WrittenStep[]) {
  const turns = [{ user: ["Hi"], steps }];
  const script = { id: "s", assistantName: "Shop", opening: ["Before"], turns, scope: {} };
  const server = await openServer({
    database: ":memory:",
    model: createScriptedModel({ scripts: [script], delay: async () => {} }),
  });
  onTestFinished(() => server.close());
  const session = createAssistantsTarget(connectionTo((input, init) => server.fetch(input, init))).testing(testRun);
  return session.open({
    assistant: spec,
    messages: [
      { role: "user", text: "Before" },
      { role: "call", name: "lookup", arguments: '{"id":"A-0"}', output: "lost" },
      { role: "assistant", text: "Yes?" },
    ],
    metadata: {},
  });
}

const signal = new AbortController().signal;
const kindsOf = (events: TurnEvent[]) => events.map(({ kind }) => kind).filter((kind) => kind !== "text");

test("a conversation is opened, answered, read back and closed", async () => {
  const conversation = await startConversation([
    { call: "lookup", with: { id: "A-1" } },
    { say: "It is ${{ tools.lookup.result.status }}." },
  ]);
  const asked = await Array.fromAsync(conversation.send("Hi", { signal }));
  expect(kindsOf(asked)).toEqual(["requires_action"]);
  const request = asked.find((event) => event.kind === "requires_action");
  expect(request?.calls).toMatchObject([{ name: "lookup", arguments: '{"id":"A-1"}' }]);
  const outputs = (request?.calls ?? []).map(({ callId }) => ({ callId, output: '{"status":"late"}' }));
  const answered = await Array.fromAsync(conversation.answer(outputs, { signal }));
  expect(kindsOf(answered)).toEqual(["message", "ended"]);
  expect(answered.at(-1)).toMatchObject({ status: "completed", error: null });
  expect(await conversation.transcript()).toEqual([
    { role: "user", text: "Before" },
    { role: "assistant", text: '[I called lookup with {"id":"A-0"}; it answered: lost]' },
    { role: "assistant", text: "Yes?" },
    { role: "user", text: "Hi" },
    { role: "assistant", text: "It is late." },
  ]);
  await conversation.close();
  await expect(conversation.transcript()).rejects.toMatchObject({ problems: [{ api: { status: 404 } }] });
  await conversation.close();
});

test("a turn that waits for outputs can be cancelled, and the next one begins", async () => {
  const conversation = await startConversation([{ call: "lookup" }]);
  await Array.fromAsync(conversation.send("Hi", { signal }));
  await conversation.cancel();
  await conversation.cancel();
  const next = await Array.fromAsync(conversation.send("Hello?", { signal }));
  expect(next.at(-1)).toMatchObject({ kind: "ended", status: "failed", error: { code: "invalid_prompt" } });
});

test("what a turn waits for comes before what it waited for, and says when it is over", async () => {
  const script = { id: "s", assistantName: "Shop", opening: [], turns: [{ user: ["Hi"], steps: [{ say: "Hello." }] }] };
  const server = await openServer({
    database: ":memory:",
    model: createScriptedModel({ scripts: [{ ...script, scope: {} }], delay: async () => {} }),
  });
  onTestFinished(() => server.close());
  let refusals = 1;
  const clock = createLeapingClock();
  const limiting: Connection["fetch"] = async (input, init) => {
    const isRun = new URL(new Request(input).url).pathname.endsWith("/runs");
    if (!isRun || refusals-- <= 0) return server.fetch(input, init);
    return Response.json({ error: { message: "Slow down." } }, { status: 429, headers: { "retry-after": "20" } });
  };
  const session = createAssistantsTarget(connectionTo(limiting, { retries: 2, clock })).testing(testRun);
  const conversation = await session.open({ assistant: { ...spec, name: "Shop" }, messages: [], metadata: {} });
  const events = await Array.fromAsync(conversation.send("Hi", { signal }));
  const kinds = kindsOf(events);
  expect(kinds[0]).toBe("waiting");
  expect(kinds.slice(kinds.lastIndexOf("resumed"))).toEqual(["resumed", "message", "ended"]);
  expect(events.find((event) => event.kind === "waiting")?.reason).toContain("could not start a run yet: a rate limit");
  expect(clock.leaps.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(20_000);
});

const limit = { code: "rate_limit_exceeded" as const, message: "Rate limit reached. Please try again in 6.5s." };

test.each<[string, (response: Response) => Response]>([
  ["in the events of its stream", (response) => response],
  ["in an error of its stream", () => streamOf(`event: error\ndata: ${JSON.stringify({ error: limit })}\n\n`)],
  ["when it is read, because its stream was cut", () => streamOf(": cut\n\n")],
])("a run that failed for a rate limit, as it says %s, holds back what follows", async (_, streamed) => {
  const script = { id: "s", assistantName: "Shop", opening: [], turns: [{ user: ["Hi"], steps: [{ fail: limit }] }] };
  const server = await openServer({
    database: ":memory:",
    model: createScriptedModel({ scripts: [{ ...script, scope: {} }], delay: async () => {} }),
  });
  onTestFinished(() => server.close());
  const clock = createLeapingClock();
  const fetch: Connection["fetch"] = async (input, init) => {
    const response = await server.fetch(input, init);
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    if (!isStream) return response;
    // By then the run is over.
    const whole = await response.text();
    return streamed(streamOf(whole));
  };
  const session = createAssistantsTarget(connectionTo(fetch, { retries: 2, clock })).testing(testRun);
  const conversation = await session.open({ assistant: { ...spec, name: "Shop" }, messages: [], metadata: {} });
  await Array.fromAsync(conversation.send("Hi", { signal })).catch((error: unknown) =>
    expect(String(error)).toContain("Rate limit reached"),
  );
  const before = clock.leaps.length;
  await conversation.transcript();
  expect(clock.leaps.slice(before)).toEqual([6_500]);
});

function streamOf(text: string): Response {
  return new Response(text, { headers: { "content-type": "text/event-stream" } });
}

test.each([
  ["Please try again in 20s. Visit", 20_000],
  ["try again in 6m0s", 60_000],
  ["Try again in 350ms.", 350],
  ["Please retry later.", null],
  ["try again in a moment", null],
])("%j names a pause of %s ms", (message, pause) => {
  expect(pauseInWords(message)).toBe(pause);
});

test("the name of a file is asked for once, and its content is read when it is not too long; one that is not there has neither", async () => {
  const server = await openServer({
    database: ":memory:",
    model: createScriptedModel({ scripts: [], delay: async () => {} }),
  });
  onTestFinished(() => server.close());
  const form = new FormData();
  form.set("purpose", "vision");
  form.set("file", new File(["14 days"], "policy.png"));
  const uploaded = await server.fetch(new Request("http://test/v1/files", { method: "POST", body: form }));
  const { id } = (await uploaded.json()) as { id: string };
  const asked: string[] = [];
  const connection = connectionTo((input, init) => {
    const request = new Request(input, init);
    if (request.url.includes("/files/")) asked.push(request.url.split("/").at(-1) ?? "");
    return server.fetch(request);
  });
  const session = createAssistantsTarget(connection).testing(testRun);
  const conversations = [
    await session.open({ assistant: spec, messages: [], metadata: {} }),
    await session.open({ assistant: spec, messages: [], metadata: {} }),
  ];
  for (const conversation of conversations) {
    expect(await conversation.fileName(id, { signal })).toBe("policy.png");
    expect(await conversation.fileName("file-none", { signal })).toBeNull();
  }
  expect(asked).toEqual([id, "file-none"]);
  const [conversation] = conversations;
  const contentOf = async (file: string, most: number) =>
    (await conversation?.fileContent(file, { signal, most })) ?? null;
  expect(new TextDecoder().decode((await contentOf(id, 7)) ?? undefined)).toBe("14 days");
  expect(await contentOf(id, 6)).toBeNull();
  expect(await contentOf("file-none", 100)).toBeNull();
});
