import { expect, test } from "vitest";
import { type ApiRefusal, createClient } from "../../src/targets/http/client.ts";
import { connectionTo } from "./connection.ts";

interface Seen {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** A client of a server that answers every request so, and what the server saw. */
function clientOf(answer: () => Response, more: Partial<Parameters<typeof createClient>[0]> = {}) {
  const seen: Seen[] = [];
  const fetch: Parameters<typeof createClient>[1] = async (input, init) => {
    const request = new Request(input, init);
    const { method, url } = request;
    seen.push({ method, url, headers: Object.fromEntries(request.headers), body: await request.text() });
    return answer();
  };
  return { client: createClient({ ...connectionTo(fetch), ...more }, fetch), seen };
}

const json = (value: unknown, status = 200) => Response.json(value, { status, headers: { "x-request-id": "req_1" } });
const events = (...lines: string[]) =>
  new Response(lines.join("\n"), { headers: { "content-type": "text/event-stream" } });

test("a request has its query, its body as JSON, and says who asks", async () => {
  const { client, seen } = clientOf(() => json({ ok: true }), {
    baseUrl: "http://api.example/v1/",
    apiKey: "sk-1",
    organization: "org-1",
    project: "proj-1",
  });
  expect(await client.get("/files", { query: { limit: 100, after: "a b&c" } })).toEqual({ ok: true });
  expect(await client.post("/threads", { body: { a: "é" }, headers: { "OpenAI-Beta": "assistants=v2" } })).toEqual({
    ok: true,
  });
  await client.delete("/threads/x%2Fy");
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "GET http://api.example/v1/files?limit=100&after=a+b%26c",
    "POST http://api.example/v1/threads",
    "DELETE http://api.example/v1/threads/x%2Fy",
  ]);
  expect(seen[1]).toMatchObject({
    body: '{"a":"é"}',
    headers: {
      authorization: "Bearer sk-1",
      "content-type": "application/json",
      "openai-beta": "assistants=v2",
      "openai-organization": "org-1",
      "openai-project": "proj-1",
    },
  });
  expect(seen[0]?.headers["content-type"]).toBeUndefined();
});

test("a user and a password are sent instead of a key", async () => {
  const { client, seen } = clientOf(() => json({}), { login: { user: "ann", password: "ö:1" } });
  await client.get("/models");
  expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from("ann:ö:1").toString("base64")}`);
});

test.each([
  [json({ error: { message: "no such thing", code: "x", param: "id" } }, 404), 404, "no such thing"],
  [json({ error: "plain words" }, 400), 400, '"plain words"'],
  [json({ detail: "another server" }, 422), 422, '{"detail":"another server"}'],
  [new Response(`<html>${"x".repeat(5_000)}`, { status: 502 }), 502, `<html>${"x".repeat(494)}…4,506 chars…`],
  [new Response(null, { status: 500 }), 500, "the answer has no details"],
])("a refusal has its status and the words of the answer: %#", async (answer, status, message) => {
  const { client } = clientOf(() => answer);
  await expect(client.get("/models")).rejects.toMatchObject({
    name: "ApiRefusal",
    status,
    message,
  } satisfies Partial<ApiRefusal>);
});

test("an answer that says that it is JSON and is none is a syntax error; other text is text", async () => {
  const broken = clientOf(() => new Response("{", { headers: { "content-type": "application/json" } }));
  await expect(broken.client.get("/models")).rejects.toThrow(SyntaxError);
  const page = clientOf(() => new Response("<html>", { headers: { "content-type": "text/html" } }));
  expect(await page.client.get("/models")).toBe("<html>");
});

test("a stream gives its events with their names until it says that it is done", async () => {
  const { client, seen } = clientOf(() =>
    events(
      ": waiting",
      "event: a",
      'data: {"n":1}',
      "",
      'data: {"n":2}',
      "",
      "data: [DONE]",
      "",
      "data: never read",
      "",
    ),
  );
  expect(await Array.fromAsync(await client.stream("/runs", { body: { stream: true } }))).toEqual([
    { event: "a", data: { n: 1 } },
    { event: "", data: { n: 2 } },
  ]);
  expect(seen[0]?.headers.accept).toBe("text/event-stream");
});

test("what a stream says went wrong is a refusal without a status", async () => {
  const { client } = clientOf(() =>
    events("event: error", 'data: {"error":{"message":"overloaded","code":"server_error"}}', ""),
  );
  const stream = await client.stream("/runs");
  await expect(Array.fromAsync(stream)).rejects.toMatchObject({
    status: null,
    message: "overloaded",
    said: { code: "server_error" },
  });
});

test("who stops reading a stream lets go of the connection", async () => {
  let isCancelled = false;
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
    cancel: () => void (isCancelled = true),
  });
  const { client } = clientOf(() => new Response(body));
  for await (const { data } of await client.stream("/runs")) {
    expect(data).toBe(1);
    break;
  }
  expect(isCancelled).toBe(true);
});

test.each([
  [
    "http://api.example/api/projects/desk",
    { "api-version": "v1" },
    "http://api.example/api/projects/desk/files?api-version=v1&limit=5",
  ],
  [
    "http://api.example/api/projects/desk/?api-version=v1",
    {},
    "http://api.example/api/projects/desk/files?api-version=v1&limit=5",
  ],
  ["http://api.example/v1?a=b%26c&limit=1#top", { d: "e f" }, "http://api.example/v1/files?a=b%26c&limit=5&d=e+f"],
])("the path and the query of %s go with every request", async (baseUrl, query, address) => {
  const { client, seen } = clientOf(() => json({}), { baseUrl, query });
  await client.get("/files", { query: { limit: 5 } });
  expect(seen.map(({ url }) => url)).toEqual([address]);
});

test.each([
  [{ headers: { "api-key": "k" }, apiKey: null }, { "api-key": "k" }, ["authorization"]],
  [{ headers: { "x-desk": "d" }, apiKey: "sk-1" }, { "x-desk": "d", authorization: "Bearer sk-1" }, []],
  [{ headers: { Authorization: "Key k" }, apiKey: null }, { authorization: "Key k" }, []],
  [{ apiKey: null }, { authorization: "Bearer none" }, []],
])("the headers of %j are sent", async (connection, sent, absent) => {
  const { client, seen } = clientOf(() => json({}), connection);
  await client.get("/files");
  expect(seen[0]?.headers).toMatchObject(sent);
  for (const name of absent) expect(Object.keys(seen[0]?.headers ?? {})).not.toContain(name);
});
