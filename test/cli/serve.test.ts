import { get } from "node:http";
import { OpenAI } from "openai";
import { expect, test } from "vitest";
import { sendJson, startPeer } from "../targets/peer.ts";
import { run, temporaryFolder } from "./run.ts";
import { startServe } from "./serving.ts";

const beta = { "openai-beta": "assistants=v2", "content-type": "application/json" };

async function post(url: string, path: string, body: unknown = {}, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { ...beta, ...headers },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

test.each([
  [["serve", "--host", "0.0.0.0"], "key_needed"],
  [["serve", "--model", "openai"], "missing_upstream"],
  [["serve", "--model", "openai", "--upstream-base-url", "http:/x"], "bad_url"],
  [["serve", "--chaos", "429=2"], "bad_flag"],
  [["serve", "--clock", "noon"], "bad_flag"],
  [["serve", "--seed", "1", "--db", "x.db"], "bad_flag"],
  [["serve", "--clock", "2026-01-01T00:00:00Z", "--db", "x.db"], "bad_flag"],
  [["serve", "--packages", "nowhere"], "missing_packages"],
  [["serve", "--upstream-model", "x", "--model", "openai", "--upstream-base-url", "http://127.0.0.1:1/v1"], "bad_flag"],
])("%j is refused before anything listens", async (argv, code) => {
  await using folder = await temporaryFolder();
  const { exitCode, stderr } = await run(folder.path, argv);
  expect(exitCode).toBe(4);
  expect(stderr).toContain(`error[${code}]`);
});

test("a port in use", async () => {
  await using folder = await temporaryFolder();
  await using server = await startServe(folder.path);
  const { exitCode, stderr } = await run(folder.path, ["serve", "--port", new URL(server.url).port]);
  expect(exitCode).toBe(4);
  expect(stderr).toContain("error[cannot_listen]");
});

test("with a key, every request needs it", async () => {
  await using folder = await temporaryFolder();
  await using server = await startServe(folder.path, ["--api-key", "sk-right"]);
  expect(await post(server.url, "/v1/threads")).toMatchObject({
    status: 401,
    body: { error: { code: "invalid_api_key" } },
  });
  expect(await post(server.url, "/v1/threads", {}, { authorization: "Bearer sk-wrong" })).toMatchObject({
    status: 401,
  });
  expect(await post(server.url, "/v1/threads", {}, { authorization: "Bearer sk-right" })).toMatchObject({
    status: 200,
  });
  expect(
    await post(server.url, "/openai/threads?api-version=2024-05-01-preview", {}, { "api-key": "sk-right" }),
  ).toMatchObject({
    status: 200,
  });
});

test("seed and clock make two servers answer the same", async () => {
  const answers = [];
  for (let round = 0; round < 2; round += 1) {
    await using folder = await temporaryFolder();
    await using server = await startServe(folder.path, ["--seed", "7", "--clock", "2026-01-01T00:00:00Z"]);
    const made = await post(server.url, "/v1/assistants", { model: "m", name: "A" });
    answers.push({ body: made.body, requestId: made.headers.get("x-request-id") });
  }
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]?.body.id).toMatch(/^asst_\w{24}$/);
  expect(answers[0]?.body.created_at).toBe(Date.UTC(2026, 0, 1) / 1000);
});

test("reset empties the server, and only where it was allowed", async () => {
  await using folder = await temporaryFolder();
  await using closed = await startServe(folder.path);
  await using open = await startServe(folder.path, ["--allow-reset"]);
  expect((await fetch(`${closed.url}/__playbill/reset`, { method: "POST" })).status).toBe(404);
  await post(open.url, "/v1/assistants", { model: "m" });
  expect((await fetch(`${open.url}/__playbill/reset`, { method: "POST" })).status).toBe(200);
  const left = await fetch(`${open.url}/v1/assistants`, { headers: beta });
  expect(await left.json()).toMatchObject({ data: [] });
});

test("chaos injects the configured faults", async () => {
  await using folder = await temporaryFolder();
  await using server = await startServe(folder.path, ["--seed", "3", "--chaos", "429=0.4,500=0.2,latency=1"]);
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "none", maxRetries: 0 });
  const outcomes = new Set<number>();
  for (let round = 0; round < 40; round += 1) {
    await client.models.list().then(
      () => outcomes.add(200),
      (error: { status: number }) => outcomes.add(error.status),
    );
  }
  expect(outcomes).toEqual(new Set([200, 429, 500]));
});

test("the access log has a line of JSON a request, and no secret", async () => {
  await using folder = await temporaryFolder();
  await using server = await startServe(folder.path, ["--log", "json", "--api-key", "sk-secret"]);
  await post(server.url, "/v1/threads?key=sk-secret", {}, { authorization: "Bearer sk-secret" });
  const lines = server
    .log()
    .split("\n")
    .filter((line) => line.startsWith("{"));
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({
      kind: "request",
      method: "POST",
      path: "/v1/threads",
      status: 200,
      requestId: expect.stringMatching(/^req_/),
    }),
  ]);
  expect(server.log()).not.toContain("sk-secret");
});

test("web pages get in only with --cors", async () => {
  await using folder = await temporaryFolder();
  await using server = await startServe(folder.path);
  await using open = await startServe(folder.path, ["--cors"]);
  const allowed = async (url: string) =>
    (await fetch(`${url}/v1/models`, { headers: { origin: "https://example.org" } })).headers.get(
      "access-control-allow-origin",
    );
  expect(await allowed(server.url)).toBeNull();
  const sent = {
    method: "POST",
    headers: { origin: "https://evil.example", "content-type": "text/plain" },
    body: "{}",
  };
  expect((await fetch(`${server.url}/v1/assistants?api-version=1`, sent)).status).toBe(403);
  expect(await allowed(open.url)).toBe("*");
});

test("without a key, only the machine's own names are answered", async () => {
  await using folder = await temporaryFolder();
  await using server = await startServe(folder.path);
  const { port } = new URL(server.url);
  const statusFor = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      get({ host: "127.0.0.1", port, path: "/v1/models", headers: { host } }, ({ statusCode }) =>
        resolve(statusCode),
      ).on("error", reject);
    });
  expect(await statusFor(`localhost:${port}`)).toBe(200);
  expect(await statusFor(`127.0.0.1:${port}`)).toBe(200);
  expect(await statusFor(`rebound.example:${port}`)).toBe(403);
});

test("an endpoint that cannot be reached is the endpoint's fault, in its own words", async () => {
  await using folder = await temporaryFolder();
  const upstream = await startPeer(() => {});
  await upstream[Symbol.asyncDispose]();
  await using server = await startServe(folder.path, ["--model", "openai", "--upstream-base-url", upstream.baseUrl]);
  await expect.poll(server.log).toContain("cannot be reached: ECONNREFUSED");
  expect(server.log()).toContain(`models are called at ${upstream.baseUrl}`);
  const response = await fetch(`${server.url}/v1/models`);
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({
    error: { type: "server_error", message: expect.stringContaining(upstream.baseUrl) },
  });
  expect(server.log()).not.toContain("fault");
});

test("an endpoint gets its own model names, and no default parameters", async () => {
  await using folder = await temporaryFolder();
  const bodies: string[] = [];
  await using upstream = await startPeer((request, response) => {
    if (request.url?.endsWith("/models")) return sendJson(response, 200, { data: [{ id: "llama" }] });
    let body = "";
    request.on("data", (data) => (body += String(data)));
    return request.on("end", () => {
      bodies.push(body);
      sendJson(response, 200, { choices: [{ message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }] });
    });
  });
  await using server = await startServe(folder.path, [
    "--model",
    "openai",
    "--upstream-base-url",
    upstream.baseUrl,
    "--upstream-model",
    "*=llama",
  ]);
  await expect.poll(server.log).toContain("The endpoint responds and lists 1 model.");
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "none" });
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual(["llama"]);
  const assistant = await client.beta.assistants.create({ model: "gpt-4o" });
  const thread = await client.beta.threads.create({ messages: [{ role: "user", content: "Hello" }] });
  const turn = await client.beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id });
  expect(turn.status).toBe("completed");
  expect(bodies.map((body) => Object.keys(JSON.parse(body) as object))).toEqual([
    ["model", "messages", "stream", "stream_options"],
  ]);
  expect(bodies[0]).toContain('"model":"llama"');
});
