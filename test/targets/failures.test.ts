import { expect, test } from "vitest";
import { type Problem, ProblemError, exitCodeOf } from "../../src/problem.ts";
import { failureOf } from "../../src/targets/failure.ts";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";
import { connectionTo, testRun } from "./connection.ts";
import { sendJson, startPeer } from "./peer.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";

function targetAt(baseUrl: string, retries = 0) {
  return createAssistantsTarget(connectionTo(fetch, { baseUrl, apiKey: "sk-secret", retries }));
}

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemError);
  const [first] = (error as ProblemError).problems;
  expect(exitCodeOf((error as ProblemError).problems)).toBe(5);
  expect(JSON.stringify(first)).not.toContain("sk-secret");
  return first!;
}

const list = (baseUrl: string) => Array.fromAsync(targetAt(baseUrl).registry.list(assistantKind));

test.each([
  [
    "a refused key",
    401,
    { error: { message: "Incorrect API key.", type: "invalid_request_error", code: "invalid_api_key" } },
    "key_refused",
  ],
  [
    "no such API",
    404,
    { error: { message: "Invalid URL (GET /v1/assistants)", type: "invalid_request_error" } },
    "no_assistants_api",
  ],
  ["a rate limit", 429, { error: { message: "Slow down.", type: "rate_limit" } }, "rate_limited"],
  ["a failing server", 500, { error: { message: "Oops.", type: "server_error" } }, "server_failed"],
  [
    "a refused request",
    400,
    { error: { message: "No.", type: "invalid_request_error", param: "model" } },
    "request_refused",
  ],
  ["a list of something else", 200, { data: [{ nothing: true }], has_more: false }, "malformed_answer"],
  ["no list", 200, { hello: "world" }, "malformed_answer"],
  ["a list that never ends", 200, { data: [{ id: "asst_1", model: "m" }], has_more: true }, "malformed_answer"],
])("%s", async (_, status, body, code) => {
  await using peer = await startPeer((_request, response) => sendJson(response, status, body));
  const problem = await problemOf(list(peer.baseUrl));
  expect(problem.code).toBe(code);
  expect(problem.message).not.toBe("");
});

test("endless redirects", async () => {
  await using peer = await startPeer((_request, response) => {
    response.writeHead(302, { location: "/v1/assistants" }).end();
  });
  expect(await problemOf(list(peer.baseUrl))).toMatchObject({
    code: "malformed_answer",
    message: expect.stringContaining("endless redirects") as string,
  });
});

test.each(["bad port", "CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT", "ERR_TLS_CERT_ALTNAME_INVALID"])(
  "%s: nothing was sent",
  (cause) => {
    expect(failureOf(new Error("Connection error.", { cause: new Error(cause) }), 0)).toEqual({ kind: "unreachable" });
  },
);

test("a web page instead of an API", async () => {
  await using peer = await startPeer((_request, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<html>Welcome</html>"),
  );
  expect((await problemOf(list(peer.baseUrl))).code).toBe("malformed_answer");
});

test("JSON that is cut short", async () => {
  await using peer = await startPeer((_request, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end('{"data": ['),
  );
  expect((await problemOf(list(peer.baseUrl))).code).toBe("malformed_answer");
});

test("an unreachable base URL", async () => {
  const peer = await startPeer(() => {});
  await peer[Symbol.asyncDispose]();
  const problem = await problemOf(list(peer.baseUrl));
  expect(problem).toMatchObject({ code: "unreachable" });
  expect(problem.message).toContain("ECONNREFUSED");
});

test("OpenAI's own address gets told that it was switched off", async () => {
  const gone = () =>
    Promise.resolve(new Response(JSON.stringify({ error: { message: "Not found" } }), { status: 404 }));
  const target = createAssistantsTarget(
    connectionTo(gone, { baseUrl: "https://api.openai.com/v1", apiKey: "sk-secret" }),
  );
  const problem = await problemOf(Array.fromAsync(target.registry.list(assistantKind)));
  expect(problem.code).toBe("no_assistants_api");
  expect(problem.message).toContain("shut down on");
  expect(problem.hint).toContain("server: embedded");
});

test("a request that may be repeated is repeated", async () => {
  let failures = 0;
  await using peer = await startPeer((request, response) => {
    if (request.method === "GET" && failures++ > 0) return sendJson(response, 200, { data: [], has_more: false });
    return sendJson(response.setHeader("retry-after-ms", "1"), 503, {
      error: { message: "Busy.", type: "server_error" },
    });
  });
  const { registry } = targetAt(peer.baseUrl, 2);
  expect(await Array.fromAsync(registry.list(assistantKind))).toEqual([]);
});

test("deleting what is gone is done; reading it gives null", async () => {
  await using peer = await startPeer((_request, response) =>
    sendJson(response, 404, {
      error: { message: "No assistant found with id 'asst_1'.", type: "invalid_request_error" },
    }),
  );
  const { registry } = targetAt(peer.baseUrl);
  await registry.delete(assistantKind, "asst_1");
  expect(await registry.get(assistantKind, "asst_1")).toBeNull();
});

test("a page that repeats an object gives it once", async () => {
  const page = (ids: string[], more: boolean) => ({ data: ids.map((id) => ({ id, model: "m" })), has_more: more });
  await using peer = await startPeer((request, response) =>
    sendJson(response, 200, request.url?.includes("after=") ? page(["b", "c"], false) : page(["a", "b"], true)),
  );
  expect((await list(peer.baseUrl)).map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

const events = (...pairs: [string, unknown][]) =>
  pairs.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join("");
const started = events(
  ["thread.run.created", { id: "run_1" }],
  ["thread.message.delta", { delta: { content: [{ text: { value: "Hel" } }] } }],
);

test.each([
  ["ends early", started, "end", "stream_ended_early"],
  ["is cut", started, "destroy", "stream_ended_early"],
  [
    "says an error",
    started + events(["error", { error: { message: "Gone.", type: "server_error" } }]),
    "end",
    "request_refused",
  ],
  ["is not JSON", `${started}event: thread.run.completed\ndata: {"id"\n\n`, "end", "malformed_answer"],
] as const)("a stream that %s", async (_, body, ending, code) => {
  const begun = Promise.withResolvers<void>();
  await using peer = await startPeer((request, response) => {
    if (!request.url?.endsWith("/runs")) return sendJson(response, 200, { id: "thread_1" });
    response.writeHead(200, { "content-type": "text/event-stream" });
    void begun.promise.then(() => (ending === "end" ? response.end() : response.destroy()));
    return response.write(body);
  });
  const conversation = await targetAt(peer.baseUrl).testing(testRun).open({
    assistant: "asst_1",
    messages: [],
    metadata: {},
  });
  const seen: string[] = [];
  const read = async () => {
    for await (const event of conversation.send("Hi", { signal: new AbortController().signal })) {
      seen.push(event.kind);
      begun.resolve();
    }
  };
  expect((await problemOf(read())).code).toBe(code);
  expect(seen).toEqual(["text"]);
});
