import { expect, test } from "vitest";
import { sendJson, startPeer } from "../targets/peer.ts";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

/** A project whose only target is somewhere else. */
async function projectAt(baseUrl: string, apiKey = "${KEY}"): Promise<TemporaryFolder> {
  const project = await temporaryFolder();
  await project.write(
    "playbill.yaml",
    `project: desk\ntargets: { prod: { api: assistants, base_url: "${baseUrl}", api_key: "${apiKey}" } }\n`,
  );
  await project.write("assistants/a.yaml", "model: gpt-4o\n");
  await project.write(
    "scenarios/hi.yaml",
    "assistant: a\nturns: [{ user: Hi, expect: { reply: { contains: Hi } } }]\n",
  );
  return project;
}

const env = { PATH: process.env.PATH, HOME: process.env.HOME, KEY: "sk-secret" };
const apiError = (message: string, more: object = {}) => ({
  error: { message, type: "invalid_request_error", param: null, code: null, ...more },
});

test("a key that is missing or empty is found before anything is contacted", async () => {
  await using peer = await startPeer((_request, response) => sendJson(response, 200, {}));
  await using project = await projectAt(peer.baseUrl);
  for (const { KEY, code } of [
    { KEY: undefined, code: "missing_environment" },
    { KEY: "", code: "missing_api_key" },
  ]) {
    const { exitCode, stderr } = await run(project.path, ["plan"], { env: { ...env, KEY } });
    expect(stderr).toContain(`error[${code}]`);
    expect(stderr).toContain("playbill.yaml:2");
    expect(exitCode).toBe(4);
  }
  expect(peer.requests).toEqual([]);
});

test.each([
  ["a refused key", 401, apiError("Incorrect API key provided.", { code: "invalid_api_key" }), "key_refused"],
  ["no Assistants API", 404, apiError("Invalid URL (GET /v1/assistants)"), "no_assistants_api"],
  ["something else than a list", 200, { hello: "world" }, "malformed_answer"],
])("%s ends plan and sync with 5, and says what to do", async (_, status, body, code) => {
  await using peer = await startPeer((_request, response) => sendJson(response, status, body));
  await using project = await projectAt(peer.baseUrl);
  for (const argv of [["plan"], ["sync", "--yes"]]) {
    const { exitCode, stderr, output } = await run(project.path, argv, { env });
    expect(stderr).toContain(`error[${code}]`);
    expect(stderr).toMatch(/\n {2}= /);
    expect(output).not.toContain("sk-secret");
    expect(exitCode).toBe(5);
  }
});

test("an address where nothing listens ends plan and test with 5", async () => {
  const peer = await startPeer(() => {});
  await peer[Symbol.asyncDispose]();
  await using project = await projectAt(peer.baseUrl);
  for (const argv of [["plan"], ["test"]]) {
    const { exitCode, output } = await run(project.path, argv, { env });
    expect(output).toContain("error[unreachable]");
    expect(exitCode).toBe(5);
  }
});

test("copies that cannot be deleted are a warning, whatever the scenarios came to", async () => {
  await using peer = await startPeer(({ method, url = "" }, response) => {
    if (method === "DELETE") return sendJson(response, 400, apiError("No."));
    if (method === "GET") return sendJson(response, 200, { object: "list", data: [], has_more: false });
    if (!url.endsWith("/runs"))
      return sendJson(response, 200, { id: url.includes("assistants") ? "asst_1" : "thread_1", model: "gpt-4o" });
    response.writeHead(200, { "content-type": "text/event-stream" });
    return response.end('event: thread.run.completed\ndata: {"id":"run_1","status":"completed"}\n\n');
  });
  await using project = await projectAt(peer.baseUrl);
  const { exitCode, stdout, stderr } = await run(project.path, ["test"], { env });
  expect(stdout).toContain("1 failed");
  expect(stderr).toContain("warning[assistants_left_behind]");
  expect(exitCode).toBe(1);
});

test("an interrupted stream makes a scenario errored, not failed, and the temporary assistant is deleted", async () => {
  await using peer = await startPeer((request, response) => {
    const { method, url = "" } = request;
    if (method === "GET") return sendJson(response, 200, { object: "list", data: [], has_more: false });
    if (method === "DELETE") return sendJson(response, 200, { deleted: true });
    if (!url.endsWith("/runs"))
      return sendJson(response, 200, { id: url.includes("assistants") ? "asst_1" : "thread_1", model: "gpt-4o" });
    response.writeHead(200, { "content-type": "text/event-stream" });
    return response.end('event: thread.run.created\ndata: {"id":"run_1"}\n\n');
  });
  await using project = await projectAt(peer.baseUrl);
  const { exitCode, stdout } = await run(project.path, ["test"], { env });
  expect(stdout).toContain("error[stream_ended_early]");
  expect(stdout).toContain("1 errored");
  expect(exitCode).toBe(5);
  expect(peer.requests.filter((line) => line === "DELETE /v1/assistants/asst_1")).toHaveLength(1);
  expect(peer.requests).toContain("DELETE /v1/threads/thread_1");
});
