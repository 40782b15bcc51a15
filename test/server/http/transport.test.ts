import { describe, expect, test } from "vitest";
import { oneKey } from "../../../src/server/http/keys.ts";
import type { Model } from "../../../src/server/models/model.ts";
import { startServer } from "../harness.ts";
import { manualClock } from "../manual-clock.ts";

async function errorOf(response: Response): Promise<Record<string, unknown>> {
  const { error } = (await response.json()) as { error: Record<string, unknown> };
  return error;
}
const broken: Partial<Model> = {
  list() {
    throw new Error("secret path /home/x");
  },
};

describe("every answer", () => {
  test("carries the API's headers, and is logged without its body", async () => {
    const { send, log } = await startServer({ limits: { pollAfterMs: 7 } });
    const response = await send("POST", "/v1/assistants", { model: "m", instructions: "secret" });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "openai-version": "2020-10-01",
      "openai-processing-ms": expect.stringMatching(/^\d+$/),
      "openai-poll-after-ms": "7",
      "x-request-id": "req_000000000000000000000001",
    });
    expect(log).toEqual([
      {
        kind: "request",
        requestId: "req_000000000000000000000001",
        key: null,
        project: "default",
        method: "POST",
        path: "/v1/assistants",
        route: "/v1/assistants",
        status: 200,
        milliseconds: expect.any(Number),
      },
    ]);
  });

  test("says the time of the clock that objects are dated with", async () => {
    const clock = manualClock();
    const { send } = await startServer({ services: { clock } });
    const response = await send("POST", "/v1/assistants", { model: "m" });
    const { created_at: createdAt } = (await response.json()) as { created_at: number };
    expect(Date.parse(response.headers.get("date") ?? "")).toBe(createdAt * 1000);
  });

  test("to a fault of ours is a 500 with the request's id, and no more", async () => {
    const base = await startServer();
    const { send, log } = await startServer({ services: { model: { ...base.services.model, ...broken } } });
    const response = await send("GET", "/v1/models");
    expect(response.status).toBe(500);
    expect(await errorOf(response)).toEqual({
      message: `The server had an error while processing your request. Please include the request ID ${response.headers.get("x-request-id")} when you report it.`,
      type: "server_error",
      param: null,
      code: null,
    });
    expect(log.some(({ kind }) => kind === "fault")).toBe(true);
  });
});

describe("the beta header", () => {
  const words =
    "You must provide the 'OpenAI-Beta' header to access the Assistants API. Please try again by setting the header 'OpenAI-Beta: assistants=v2'.";
  test.each(["/v1/assistants", "/v1/threads/thread_x", "/openai/v1/threads/thread_x/runs"])(
    "is asked for at %s",
    async (path) => {
      const { send } = await startServer();
      for (const value of ["", "assistants=v1"]) {
        const response = await send("GET", path, undefined, { "openai-beta": value });
        expect(response.status).toBe(400);
        expect(await errorOf(response)).toMatchObject({ message: words, code: "invalid_beta", param: null });
      }
    },
  );

  test("may be one of several, is left out by Azure's clients, and is nothing to the other resources", async () => {
    const { send } = await startServer();
    const status = async (path: string, beta: string) =>
      (await send("GET", path, undefined, { "openai-beta": beta })).status;
    expect(await status("/v1/assistants", "realtime=v1, assistants=v2")).toBe(200);
    expect(await status("/openai/assistants?api-version=2024-05-01-preview", "")).toBe(200);
    expect(await status("/v1/vector_stores", "")).toBe(200);
    expect(await status("/v1/files", "")).toBe(200);
  });
});

describe("keys", () => {
  test("are asked for when the server has one, in either header", async () => {
    const { send } = await startServer({ keys: oneKey("sk-right") });
    const ask = (headers: Record<string, string>) => send("GET", "/v1/assistants", undefined, headers);
    expect((await ask({ authorization: "Bearer sk-right" })).status).toBe(200);
    expect((await ask({ "api-key": "sk-right" })).status).toBe(200);
    for (const headers of [
      {},
      { authorization: "Bearer sk-wrong" },
      { "api-key": "" },
      { authorization: "sk-right" },
    ]) {
      const response = await ask(headers as Record<string, string>);
      expect(response.status).toBe(401);
      expect(await errorOf(response)).toMatchObject({ code: "invalid_api_key", type: "invalid_request_error" });
    }
    expect((await send("GET", "/healthz")).status).toBe(200);
  });
});

describe("requests that are not valid HTTP", () => {
  test.each([
    ["GET", "/v1/nothing"],
    ["PUT", "/v1/assistants"],
    ["GET", "/"],
    ["POST", "/v1/models"],
    ["GET", "/v2/assistants"],
  ])("%s %s", async (method, path) => {
    const response = await (await startServer()).send(method, path, method === "GET" ? undefined : {});
    expect(response.status).toBe(404);
    expect(await errorOf(response)).toMatchObject({
      message: `Invalid URL (${method} ${path})`,
      param: null,
      code: null,
    });
  });

  test("bodies that are not JSON, too large or endless are refused with a message", async () => {
    const { send } = await startServer({ limits: { jsonBytes: 5000 } });
    const post = async (body: string, headers?: Record<string, string>) => {
      const response = await send("POST", "/v1/assistants", body, headers);
      return [response.status, (await errorOf(response))["message"]];
    };
    expect(await post("{bad")).toEqual([
      400,
      expect.stringContaining("We could not parse the JSON body of your request."),
    ]);
    expect(await post("a=b", { "content-type": "application/x-www-form-urlencoded" })).toEqual([
      400,
      expect.stringContaining("Unsupported Content-Type"),
    ]);
    expect(await post(JSON.stringify({ model: "m".repeat(6000) }))).toEqual([
      413,
      "Maximum content size limit (5000) exceeded.",
    ]);
    expect(await post(`${"[".repeat(2000)}${"]".repeat(2000)}`)).toEqual([400, expect.stringContaining("nested")]);
    expect(await post("")).toEqual([400, "Missing required parameter: 'model'."]);
    expect((await (await startServer()).client.beta.assistants.list()).data).toEqual([]);
  });

  test("query parameters are checked", async () => {
    const { send } = await startServer();
    const ask = async (query: string) => {
      const { message, param, code } = await errorOf(await send("GET", `/v1/assistants?${query}`));
      return [message, param, code];
    };
    const below = "Invalid 'limit': integer below minimum value. Expected a value >= 1, but got 0 instead.";
    const above = "Invalid 'limit': integer above maximum value. Expected a value <= 100, but got 101 instead.";
    expect(await ask("limit=0")).toEqual([below, "limit", "integer_below_min_value"]);
    expect(await ask("limit=101")).toEqual([above, "limit", "integer_above_max_value"]);
    expect(await ask("limit=ten")).toEqual([
      "Invalid type for 'limit': expected an integer, but got a string instead.",
      "limit",
      "invalid_type",
    ]);
    expect(await ask("order=up")).toEqual([
      "Invalid value: 'up'. Supported values are: 'asc' and 'desc'.",
      "order",
      "invalid_value",
    ]);
    expect(await ask("after=asst_x")).toEqual(["No assistant found with id 'asst_x'.", null, null]);
  });
});

test.each(["/v1", "/openai/v1", "/openai"])("the base path %s serves the whole API", async (base) => {
  const { send } = await startServer();
  const { id } = (await (await send("POST", `${base}/assistants`, { model: "m" })).json()) as { id: string };
  expect((await send("GET", `/v1/assistants/${id}`)).status).toBe(200);
});

test("models are listed, and found by id", async () => {
  const { client } = await startServer();
  expect((await client.models.list()).data).toEqual([
    { id: "script", object: "model", created: 0, owned_by: "playbill", shutdown_date: null },
  ]);
  expect(await client.models.retrieve("script")).toMatchObject({ id: "script" });
  await expect(client.models.retrieve("gpt-0")).rejects.toMatchObject({
    status: 404,
    code: "model_not_found",
    param: "model",
  });
});

test("browsers may use it only when that was asked for", async () => {
  const allowed = async (cors: boolean) =>
    (await (await startServer({ cors })).send("GET", "/v1/models", undefined, { origin: "http://a.test" })).headers.get(
      "access-control-allow-origin",
    );
  expect([await allowed(false), await allowed(true)]).toEqual([null, "*"]);
});

test("a reset empties the server, when that was asked for", async () => {
  const { client, send } = await startServer({ reset: true });
  await client.beta.assistants.create({ model: "m" });
  expect((await send("POST", "/__playbill/reset")).status).toBe(200);
  expect((await client.beta.assistants.list()).data).toEqual([]);
  expect((await (await startServer()).send("POST", "/__playbill/reset")).status).toBe(404);
});

describe("trouble on purpose", () => {
  const none = { rateLimited: 0, failing: 0, dropped: 0, notIndexed: 0, latency: 0, random: () => 0.5 };
  test("refuses, fails or breaks off as asked", async () => {
    const limited = await (await startServer({ chaos: { ...none, rateLimited: 1 } })).send("GET", "/v1/models");
    expect([limited.status, await errorOf(limited)]).toMatchObject([429, { code: "rate_limit_exceeded" }]);
    expect([limited.headers.get("retry-after"), limited.headers.get("retry-after-ms")]).toEqual(["1", "200"]);
    const failing = await (await startServer({ chaos: { ...none, failing: 1 } })).send("GET", "/v1/models");
    expect(failing.status).toBe(500);
    const fine = await (await startServer({ chaos: { ...none, latency: 1 } })).send("GET", "/v1/models");
    expect(fine.status).toBe(200);
  });

  test("drops a stream after its first part, and the run continues", async () => {
    const { client } = await startServer({ chaos: { ...none, dropped: 1 }, lines: { hello: [{ say: "Hello." }] } });
    const { id } = await client.beta.assistants.create({ model: "m", name: "tester" });
    const thread = await client.beta.threads.create({ messages: [{ role: "user", content: "hello" }] });
    const stream = client.beta.threads.runs.stream(thread.id, { assistant_id: id });
    await expect(stream.finalRun()).rejects.toThrow();
    const { data } = await client.beta.threads.runs.list(thread.id);
    expect((await client.beta.threads.runs.poll(data[0]?.id ?? "", { thread_id: thread.id })).status).toBe("completed");
  });
});

describe("a request from a web page", () => {
  const page = { origin: "https://evil.example" };
  const routes = [
    ["POST", "/v1/assistants?api-version=1", "{}"],
    ["POST", "/v1/threads/runs", "{}"],
    ["POST", "/v1/files", "x"],
    ["POST", "/__playbill/reset", undefined],
    ["OPTIONS", "/v1/assistants", undefined],
    ["DELETE", "/v1/files/file-1", undefined],
    ["GET", "/v1/models", undefined],
    ["GET", "/healthz", undefined],
    ["GET", "/nowhere", undefined],
  ] as const;
  test.each(
    routes.flatMap(([method, path, body]) =>
      [
        page,
        { origin: "null" },
        { origin: "http://server.test:1" },
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
      ].map((headers) => ({ method, path, body, headers })),
    ),
  )("of another origin is refused: $method $path $headers", async ({ method, path, body, headers }) => {
    const server = await startServer({ reset: true });
    const response = await server.send(method, path, body, { "content-type": "text/plain", ...headers });
    expect(response.status).toBe(403);
    expect((await errorOf(response))["code"]).toBe("cross_site_request");
  });

  test.each([{ origin: "http://server.test", "sec-fetch-site": "same-origin" }, { "sec-fetch-site": "none" }, {}])(
    "of the server's own origin, typed by the user or of no browser is answered: %j",
    async (headers) => {
      expect(
        (await (await startServer()).send("GET", "/v1/models", undefined, headers as Record<string, string>)).status,
      ).toBe(200);
    },
  );

  test("is answered where that is wanted", async () => {
    const response = await (await startServer({ cors: true })).send("GET", "/v1/models", undefined, page);
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
  });
});

test.each([257, 10_000, 1_000_000])("a body that is nested %d deep is a 400 at once", async (depth) => {
  const server = await startServer();
  for (const body of ["[".repeat(depth) + "]".repeat(depth), '{"a":'.repeat(depth) + "1" + "}".repeat(depth)]) {
    const response = await server.send("POST", "/v1/threads", body);
    expect(response.status).toBe(400);
    expect((await errorOf(response))["message"]).toContain("nested more than 256 levels deep");
  }
});

test("brackets in the strings of a body do not count as depth", async () => {
  const content = `${"[{".repeat(1000)}\\"${"[".repeat(300)}`;
  expect(
    (await (await startServer()).send("POST", "/v1/threads", { messages: [{ role: "user", content }] })).status,
  ).toBe(200);
});
