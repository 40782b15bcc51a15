import { describe, expect, test } from "vitest";
import { createChatModel, type ChatRequest } from "../../../src/targets/chat/chat-model.ts";
import { connectionTo } from "../connection.ts";
import { chatUsage, completion, refusal, startEndpoint, type EndpointAnswer } from "./endpoint.ts";

const schema = { name: "verdict", schema: { type: "object" } };
const request: ChatRequest = { messages: [{ role: "user", text: "hi" }], schema };
const signal = new AbortController().signal;

/** A model at an endpoint that answers request n with answer n, the last one again and again. */
async function modelWith(...answers: EndpointAnswer[]) {
  const { baseUrl, requests } = await startEndpoint((_, number) => answers[Math.min(number, answers.length) - 1]!);
  const connection = connectionTo(fetch, {
    baseUrl,
    apiKey: "sk-judge",
    redact: (text) => text.replaceAll("sk-judge", "***"),
  });
  const model = createChatModel(connection, { model: "judge-1", temperature: 0, timeout: 5_000 });
  return { model, requests };
}

const sse = (...chunks: unknown[]): EndpointAnswer => ({
  headers: { "content-type": "text/event-stream" },
  body: chunks.map((chunk) => `data: ${typeof chunk === "string" ? chunk : JSON.stringify(chunk)}\n\n`).join(""),
});
const piece = (content: string, finish: string | null = null) => ({
  choices: [{ delta: { content }, finish_reason: finish }],
});
const text = { kind: "text", text: "Hello" };

describe("an answer", () => {
  test("is a text with what it used", async () => {
    const { model, requests } = await modelWith(completion("Hello"));
    expect(await model.complete(request, signal)).toEqual({ ...text, usage: chatUsage, model: "judge-1" });
    expect(requests).toMatchObject([
      {
        path: "/v1/chat/completions",
        authorization: "Bearer sk-judge",
        body: { model: "judge-1", temperature: 0, response_format: { type: "json_schema" } },
      },
    ]);
  });

  test.each<[string, EndpointAnswer, object]>([
    [
      "in parts",
      completion([
        { type: "text", text: "Hel" },
        { type: "text", text: "lo" },
      ]),
      text,
    ],
    ["after what it thought", completion("<think>Say hello?\n</think>\n\nHello"), text],
    ["sent as plain text", { ...completion("Hello"), headers: { "content-type": "text/plain" } }, text],
    ["streamed unasked", sse(piece("Hel"), piece("lo", "stop"), "[DONE]"), text],
    [
      "without usage",
      { body: JSON.stringify({ choices: [{ message: { content: "Hello" } }] }) },
      { ...text, usage: null },
    ],
    ["empty", completion(""), { kind: "none", why: "the answer is empty" }],
    ["of nothing", completion(null), { kind: "none" }],
    ["cut off", completion("Hel", { finish_reason: "length" }), { kind: "none" }],
    ["stopped by a filter", completion("", { finish_reason: "content_filter" }), { kind: "none" }],
    [
      "refused",
      completion("", { message: { content: null, refusal: "No." } }),
      { kind: "none", why: "the model refused: No." },
    ],
  ])("%s", async (_, answer, expected) => {
    const { model } = await modelWith(answer);
    expect(await model.complete(request, signal)).toMatchObject(expected);
  });

  test.each<[string, EndpointAnswer, string]>([
    ["of a web page", { headers: { "content-type": "text/html" }, body: "<html>" }, "malformed_answer"],
    ["that is cut off", sse(piece("Hel")), "malformed_answer"],
    ["without choices", { body: "{}" }, "malformed_answer"],
    ["that is an error", { body: '{"error":"out of memory"}' }, "server_failed"],
    ["that refuses the key", refusal(401, "Incorrect key sk-judge"), "key_refused"],
    ["that refuses the request", refusal(400, "unknown model"), "request_refused"],
  ])("%s is a problem", async (_, answer, code) => {
    const { model } = await modelWith(answer);
    const failure = model.complete(request, signal);
    await expect(failure).rejects.toMatchObject({ problems: [{ code, kind: "remote" }] });
    await expect(failure).rejects.not.toThrow("sk-judge");
  });
});

test("a seed is sent when there is one", async () => {
  const { model, requests } = await modelWith(completion("Hello"));
  for (const seed of [7, null]) await model.complete({ ...request, seed }, signal);
  expect(requests.map(({ body }) => body.seed)).toEqual([7, undefined]);
});

test("what an endpoint does not take is left out from then on", async () => {
  const { model, requests } = await modelWith(
    refusal(400, "Unrecognized request argument supplied: seed"),
    refusal(400, "Unsupported value: 'temperature' does not support 0 with this model.", "temperature"),
    refusal(422, "response_format: extra fields not permitted"),
    completion("Hello"),
  );
  const seeded = { ...request, seed: 1 };
  expect(await model.complete(seeded, signal)).toMatchObject(text);
  expect(await model.complete(seeded, signal)).toMatchObject(text);
  const sent = requests.map(({ body }) => ["seed", "temperature", "response_format"].filter((field) => field in body));
  expect(sent).toEqual([
    ["seed", "temperature", "response_format"],
    ["temperature", "response_format"],
    ["response_format"],
    [],
    [],
  ]);
});

describe("embeddings", () => {
  const vectors = (...data: unknown[]): EndpointAnswer => ({ body: JSON.stringify({ data }) });

  test("come in the order of the texts", async () => {
    const { model, requests } = await modelWith(
      vectors({ index: 1, embedding: [0, 1] }, { index: 0, embedding: [1, 0] }),
    );
    expect((await model.embed(["a", "b"], signal)).vectors).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(requests).toMatchObject([{ path: "/v1/embeddings", body: { input: ["a", "b"] } }]);
  });

  test.each([[vectors({ embedding: [1] })], [vectors({ embedding: [1] }, { embedding: [] })], [vectors()]])(
    "that do not fit are a problem",
    async (answer) => {
      const { model } = await modelWith(answer);
      await expect(model.embed(["a", "b"], signal)).rejects.toMatchObject({ problems: [{ code: "malformed_answer" }] });
    },
  );
});
