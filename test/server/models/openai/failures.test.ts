import { describe, expect, test } from "vitest";
import { eventsOf, request, textOf, user } from "../request.ts";
import { delta, events, hello, json, key, modelAt, startPeer, type Answer } from "./peer.ts";

const asked = request({ messages: [user("Hi")] });
const refusal = (message: string, more: Record<string, unknown> = {}) => ({ error: { message, ...more } });

async function failureOf(...answers: Answer[]) {
  const peer = await startPeer(answers);
  const failure = await eventsOf(peer.model, asked).then(
    () => null,
    (error: unknown) => error as { name: string; code: string; message: string },
  );
  expect(failure?.name).toBe("ModelFailure");
  expect(failure?.message).not.toContain(key);
  expect(failure?.message).toMatch(/^The model endpoint http:\/\/127\.0\.0\.1:\d+\/v1 /);
  const message = failure?.message.replace(/^The model endpoint \S+ /, "");
  return { code: failure?.code, message, requests: peer.heard.length, waits: peer.waits };
}

describe("refusals", () => {
  test.each<[string, Answer, string, string]>([
    [
      "a wrong key",
      json(refusal(`Incorrect API key: ${key}`), 401),
      "server_error",
      "refused the API key (401). Its response: Incorrect API key: ***",
    ],
    [
      "a key without rights",
      json(refusal(`Not for ${key}`), 403),
      "server_error",
      "does not permit this API key to do that (403). Its response: Not for ***",
    ],
    [
      "an unknown model",
      json(refusal("model not found"), 404),
      "server_error",
      'does not know the model "gpt-4o-mini", or is not a chat-completions endpoint (404). Its response: model not found',
    ],
    [
      "a long conversation",
      json(refusal("This model's maximum context length is 8192 tokens.", { code: "context_length_exceeded" }), 400),
      "invalid_prompt",
      "received a prompt that exceeds the model's context (400). Its response: This model's maximum context length is 8192 tokens.",
    ],
    [
      "a long conversation, in llama.cpp's words",
      json(refusal("the request exceeds it", { type: "exceed_context_size_error" }), 400),
      "invalid_prompt",
      "received a prompt that exceeds the model's context (400). Its response: the request exceeds it",
    ],
    [
      "a wrong request",
      json({ object: "error", message: "temperature is bad" }, 400),
      "server_error",
      "refused the request (400). Its response: temperature is bad",
    ],
    [
      "a wrong request, in FastAPI's words",
      json({ detail: [{ msg: "bad" }] }, 422),
      "server_error",
      'refused the request (422). Its response: [{"msg":"bad"}]',
    ],
    [
      "an error that is nested without end",
      { status: 400, pieces: [`{"error":${"[".repeat(50_000)}${"]".repeat(50_000)}}`] },
      "server_error",
      'refused the request (400). Its response: "(nested too deep)"',
    ],
    [
      "an error that is only text",
      { status: 400, pieces: ["nope"] },
      "server_error",
      "refused the request (400). Its response: nope",
    ],
    [
      "a used-up quota",
      json(refusal("You exceeded your quota.", { code: "insufficient_quota" }), 429),
      "rate_limit_exceeded",
      "has no quota left (insufficient_quota). Its response: You exceeded your quota.",
    ],
    ["what it never does", json(refusal("no"), 501), "server_error", "failed (501). Its response: no"],
  ])("%s is not asked again", async (_, answer, code, message) => {
    expect(await failureOf(answer)).toEqual({ code, message, requests: 1, waits: [] });
  });

  test("too long a body is quoted in part", async () => {
    expect((await failureOf({ status: 400, pieces: ["x".repeat(100_000)] })).message?.length).toBeLessThan(700);
  });
});

describe("what may pass is asked again", () => {
  test.each<[string, Answer[], number[]]>([
    ["429 without a word", [json(refusal("slow"), 429), json(refusal("slow"), 429)], [500, 1_000]],
    ["Retry-After in seconds", [json(refusal("slow"), 429, { "retry-after": "7" })], [7_000]],
    [
      "Retry-After as a date",
      [json(refusal("slow"), 503, { "retry-after": "Sun, 22 Nov 2026 12:00:09 GMT" })],
      [9_000],
    ],
    ["retry-after-ms", [json(refusal("slow"), 429, { "retry-after-ms": "20", "retry-after": "1" })], [20]],
    ["500", [json(refusal("oops"), 500)], [500]],
    ["a connection that breaks before the answer", [{ never: "break" }], [500]],
  ])("%s", async (_, failing, waits) => {
    const peer = await startPeer([...failing, hello]);
    expect(textOf(await eventsOf(peer.model, asked))).toBe("Hello");
    expect(peer.waits).toEqual(waits);
  });

  test("but not for ever", async () => {
    expect(await failureOf(json(refusal("slow"), 429))).toEqual({
      code: "rate_limit_exceeded",
      message: "refused the request because of a rate limit (429). Its response: slow",
      requests: 3,
      waits: [500, 1_000],
    });
  });

  test("and not when the endpoint asks to wait too long", async () => {
    expect(await failureOf(json(refusal("slow"), 429, { "retry-after": "3600" }))).toMatchObject({
      requests: 1,
      waits: [],
    });
  });

  test("nobody listens", async () => {
    const waits: number[] = [];
    await expect(eventsOf(modelAt("http://127.0.0.1:1/v1", { waits }), asked)).rejects.toMatchObject({
      code: "server_error",
      message: expect.stringMatching(/^The model endpoint http:\/\/127\.0\.0\.1:1\/v1 cannot be reached: .+\.$/),
    });
    expect(waits).toEqual([500, 1_000]);
  });
});

describe("answers that break", () => {
  const begun = events(delta({ content: "Hel" }));
  test.each<[string, Answer, string]>([
    ["a cut stream", { pieces: [begun] }, "closed the stream before the answer was finished."],
    [
      "a broken connection",
      { pieces: [begun, begun, begun], end: "break" },
      "closed the connection during its answer.",
    ],
    ["silence", { pieces: [begun], end: "hang" }, "sent nothing for 0.2 seconds during its answer."],
    [
      "bad JSON",
      { pieces: [begun, 'data: {"choices": [\n\n'] },
      'sent something that is not a JSON object: {"choices": [.',
    ],
    [
      "an error in the middle",
      { pieces: [begun, events({ error: { message: `overloaded, ${key}` } })] },
      "failed during its answer: overloaded, ***.",
    ],
    [
      "a page",
      { headers: { "content-type": "text/html" }, pieces: ["<html>"] },
      "answered with text/html, which is not a chat completion; check its address.",
    ],
    [
      "a whole answer without choices",
      json({ ok: true }),
      "answered with JSON that is not a finished chat completion.",
    ],
    [
      "a whole answer that is not JSON",
      { headers: { "content-type": "application/json" }, pieces: ["oops"] },
      "sent something that is not a JSON object: oops.",
    ],
  ])("%s", async (_, answer, message) => {
    expect(await failureOf(answer)).toEqual({ code: "server_error", message, requests: 1, waits: [] });
  });

  test("no answer at all", async () => {
    expect(await failureOf({ never: "hang" })).toEqual({
      code: "server_error",
      message: "did not answer within 0.3 seconds.",
      requests: 1,
      waits: [],
    });
  });
});

test("a cancelled run lets go of the endpoint and fails with the reason of the cancel", async () => {
  const { model, abandoned } = await startPeer([{ pieces: [events(delta({ content: "Hel" }))], end: "hang" }]);
  const stop = new AbortController();
  const reading = (async () => {
    for await (const event of model.respond(asked, stop.signal))
      if (event.kind === "text") stop.abort(new Error("cancelled"));
  })();
  await expect(reading).rejects.toThrow("cancelled");
  await abandoned;
});

test("a reader that stops early lets go of the endpoint", async () => {
  const { model, abandoned } = await startPeer([{ pieces: [events(delta({ content: "Hel" }))], end: "hang" }]);
  for await (const event of model.respond(asked, new AbortController().signal)) if (event.kind === "text") break;
  await abandoned;
});

describe("fields that an endpoint does not know", () => {
  test("max_completion_tokens becomes max_tokens, and stays so", async () => {
    const { model, heard } = await startPeer([
      json(refusal("Unsupported parameter: 'max_completion_tokens'"), 400),
      hello,
    ]);
    const limited = { ...asked, maxCompletionTokens: 5 };
    await eventsOf(model, limited);
    await eventsOf(model, limited);
    const limits = heard.map(({ body }) => [body["max_completion_tokens"], body["max_tokens"]]);
    expect(limits).toEqual([
      [5, undefined],
      [undefined, 5],
      [undefined, 5],
    ]);
  });

  test("two requests that learn it at the same time both go through", async () => {
    const unknown = json(refusal("Unsupported parameter: 'max_completion_tokens'"), 400);
    const { model, heard } = await startPeer([unknown, unknown, hello]);
    const both = [1, 2].map((maxCompletionTokens) => eventsOf(model, { ...asked, maxCompletionTokens }));
    expect((await Promise.all(both)).map(textOf)).toEqual(["Hello", "Hello"]);
    expect(heard).toHaveLength(4);
  });

  test("stream_options is left out", async () => {
    const detail = [{ type: "extra_forbidden", loc: ["body", "stream_options"] }];
    const { model, heard } = await startPeer([json({ detail }, 422), hello]);
    await eventsOf(model, asked);
    expect(heard.map(({ body }) => "stream_options" in body)).toEqual([true, false]);
  });

  test("a value that is refused is not taken for an unknown field", async () => {
    expect(await failureOf(json(refusal("max_completion_tokens is too large"), 400))).toMatchObject({ requests: 1 });
  });
});
