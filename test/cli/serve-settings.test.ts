import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { expect, test } from "vitest";
import { addServeCommands } from "../../src/cli/serve/serve-commands.ts";
import { Stopped } from "../../src/cli/stopped.ts";
import { Serve } from "../../src/project/schemas/serve.ts";
import { run, temporaryFolder } from "./run.ts";
import { startServe } from "./serving.ts";

async function status(url: string, key?: string): Promise<number> {
  const headers = { "openai-beta": "assistants=v2", ...(key !== undefined && { authorization: `Bearer ${key}` }) };
  return (await fetch(`${url}/v1/assistants`, { headers })).status;
}

test("every option of serve can be set in playbill.yaml too, except those for one start and for tests", () => {
  const program = new Command();
  addServeCommands(program, () => () => Promise.resolve());
  const options = program.commands[0]?.options.map(({ long }) => String(long).slice(2).replaceAll("-", "_")) ?? [];
  const only = new Set(["record", "allow_reset", "seed", "clock", "chaos"]);
  const settings = options
    .filter((name) => !only.has(name))
    .map((name) => (name === "upstream_model" ? "upstream_models" : name));
  expect(settings.toSorted()).toEqual(Object.keys(Serve.properties).toSorted());
});

test("serve uses playbill.yaml, and options take precedence", async () => {
  await using folder = await temporaryFolder();
  await folder.write(
    "playbill.yaml",
    "project: desk\nserve: { port: 1, api_key: '${KEY}', log: faults, db: kept.db }\n",
  );
  const env = { KEY: "sk-yaml" };
  await using server = await startServe(folder.path, [], { env });
  expect([await status(server.url), await status(server.url, "sk-yaml")]).toEqual([401, 200]);
  expect(server.log()).toContain("everything is stored in kept.db");
  expect(server.log()).not.toContain("GET /v1/assistants");
  await using other = await startServe(folder.path, ["--api-key", "sk-flag"], { env });
  expect([await status(other.url, "sk-yaml"), await status(other.url, "sk-flag")]).toEqual([401, 200]);
});

test("validate finds what serve refuses, at the same places, but what only the environment tells", async () => {
  await using folder = await temporaryFolder();
  const refusals = async (serve: string, env = {}) => {
    await folder.write("playbill.yaml", `project: desk\nserve: ${serve}\n`);
    const of = async (...argv: string[]) => {
      const { exitCode, stderr } = await run(folder.path, argv, { env });
      return { exitCode, stderr };
    };
    return [await of("serve", "--port", "0"), await of("validate")];
  };
  const [refused, found] = await refusals(
    '{ metrics: x, drain: "10", upstream_base_url: nope, upstream_models: { "": a } }',
  );
  expect(refused).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("4 errors") });
  expect(found).toEqual(refused);
  const [late, sound] = await refusals("{ drain: '${DRAIN}' }", { DRAIN: "soon" });
  expect([late?.exitCode, late?.stderr]).toEqual([4, expect.stringContaining("error[bad_serve_setting]")]);
  expect(sound).toEqual({ exitCode: 0, stderr: "" });
});

test.each([
  ["port: many", "bad_serve_setting", "3:9"],
  ["metrics: here", "bad_serve_setting", "3:12"],
  ["drain: soon", "bad_serve_setting", "3:10"],
  ["drain: 10", "wrong_type", "3:10"],
  ["api_key: ${NOT_SET}", "missing_environment", "3:12"],
  ["upstream_base_url: ftp://x", "bad_url", "3:22"],
  ["api_kys: x", "unknown_key", "3:3"],
])("%s in playbill.yaml is refused with its place, before anything listens", async (line, code, place) => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", `project: desk\nserve:\n  ${line}\n`);
  const { exitCode, stderr } = await run(folder.path, ["serve", "--port", "0"]);
  expect([exitCode, stderr]).toEqual([4, expect.stringContaining(`error[${code}]`)]);
  expect(stderr).toContain(`playbill.yaml:${place}`);
});

test("a key is made, listed without itself, accepted by a server that runs, and refused once it is revoked", async () => {
  await using folder = await temporaryFolder();
  const keys = (...argv: string[]) => run(folder.path, ["key", ...argv, "--api-keys", "keys.json"]);
  const first = await keys("new", "billing-app", "--project", "billing");
  expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^sk-playbill-[\w-]{43}\n$/) });
  const key = first.stdout.trim();
  expect(await readFile(join(folder.path, "keys.json"), "utf8")).not.toContain(key.slice(12, 30));

  let now = Date.now();
  await using server = await startServe(folder.path, ["--api-keys", "keys.json"], { now: () => now });
  const second = (await keys("new", "desk-app")).stdout.trim();
  expect([await status(server.url, key), await status(server.url, second)]).toEqual([200, 401]);
  now += 1_000;
  expect(await status(server.url, second)).toBe(200);

  const listed = await keys("list");
  expect(listed.stdout).toMatch(/billing-app +billing +\.\.\.\S{4} +\d{4}-/);
  expect(JSON.parse((await keys("list", "--json")).stdout)).toMatchObject({
    format_version: 1,
    keys: [{ name: "billing-app", project: "billing", ending: key.slice(-4) }, { name: "desk-app" }],
  });
  expect((await keys("revoke", "billing-app")).exitCode).toBe(0);
  now += 1_000;
  expect([await status(server.url, key), await status(server.url, second)]).toEqual([401, 200]);
  expect(server.log()).toContain("notice the API keys were reloaded: 1 in all, - billing-app");

  await writeFile(join(folder.path, "keys.json"), "half a fi");
  now += 1_000;
  expect(await status(server.url, second)).toBe(200);
  expect(server.log()).toContain("notice the API keys are unchanged");
});

test("keys and files of keys that cannot be are refused", async () => {
  await using folder = await temporaryFolder();
  const keys = (...argv: string[]) => run(folder.path, ["key", ...argv, "--api-keys", "keys.json"]);
  const refused = async (outcome: ReturnType<typeof run>, code: string) => {
    const { exitCode, stderr } = await outcome;
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining(`error[${code}]`)]);
  };
  await refused(keys("list"), "no_key_file");
  await refused(run(folder.path, ["serve", "--api-keys", "keys.json"]), "no_key_file");
  await refused(run(folder.path, ["key", "list"]), "bad_flag");
  await refused(keys("new", "a b"), "bad_key_name");
  await refused(keys("new", "a", "--project", "../b"), "bad_key_name");
  await keys("new", "a");
  await refused(keys("new", "a"), "key_exists");
  await refused(keys("revoke", "b"), "unknown_key_name");
  for (const text of ["{}", '{"format_version": 1, "keys": [{"name": "a"}]}', '{"format_version": 9, "keys": []}']) {
    await folder.write("keys.json", text);
    await refused(keys("new", "b"), "bad_key_file");
    expect(await readFile(join(folder.path, "keys.json"), "utf8")).toBe(text);
  }
});

test("many processes that make keys at once lose none", async () => {
  await using folder = await temporaryFolder();
  const names = Array.from({ length: 8 }, (_, index) => `app-${index}`);
  await Promise.all(names.map((name) => run(folder.path, ["key", "new", name, "--api-keys", "keys.json"])));
  const { keys } = JSON.parse(
    (await run(folder.path, ["key", "list", "--json", "--api-keys", "keys.json"])).stdout,
  ) as {
    keys: { name: string }[];
  };
  expect(keys.map(({ name }) => name).toSorted()).toEqual(names);
});

test("metrics are at an address of their own, and count what was answered", async () => {
  await using folder = await temporaryFolder();
  await using server = await startServe(folder.path, ["--metrics", "127.0.0.1:0"]);
  await status(server.url);
  await fetch(`${server.url}/v1/nothing/${"x".repeat(50)}`);
  await fetch(`${server.url}/readyz`);
  const headers = { "openai-beta": "assistants=v2", "content-type": "application/json" };
  await fetch(`${server.url}/v1/threads/runs`, { method: "POST", headers, body: "{}" });
  await fetch(`${server.url}/v1/threads/thread_1/runs`, { headers });
  const address = /metrics on (\S+)/.exec(server.log())?.[1] ?? "";
  const text = await (await fetch(address)).text();
  expect(text).toContain(
    'playbill_requests_total{project="default",route="/v1/assistants",method="GET",status="2xx"} 1\n',
  );
  for (const [route, status] of [
    ["other", "4xx"],
    ["/readyz", "2xx"],
    ["/v1/threads/runs", "4xx"],
    ["/v1/threads/:thread_id/runs", "4xx"],
  ])
    expect(text).toMatch(new RegExp(`requests_total\\{.*route="${route}".*status="${status}"\\} 1\n`));
  expect(text).not.toContain("xxxxx");
  expect(text).toContain("playbill_runs_in_progress 0\n");
  expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
});

test("a server that is terminated reports it at /readyz, and answers until it is drained", async () => {
  await using folder = await temporaryFolder();
  const stop = new AbortController();
  const gone = new AbortController();
  await using server = await startServe(folder.path, ["--drain", "1h"], { signal: stop.signal, unheard: gone.signal });
  const ready = async () => {
    const response = await fetch(`${server.url}/readyz`);
    return [response.status, ((await response.json()) as { status: string }).status];
  };
  expect(await ready()).toEqual([200, "ready"]);
  stop.abort(new Stopped("terminated"));
  expect(await ready()).toEqual([503, "draining"]);
  expect(await status(server.url)).toBe(200);
  gone.abort(Object.assign(new Error("nobody reads any more"), { code: "EPIPE" }));
});
