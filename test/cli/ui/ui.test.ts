import { readFile, readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { afterEvents } from "../../../src/page-data/live.ts";
import type { ScenarioPage } from "../../../src/page-data/scenario-page.ts";
import { type TemporaryFolder, temporaryFolder } from "../run.ts";
import { type StartedUi, eventsUntil, startUi } from "./started.ts";

const scenarioText = (reply: string) =>
  `assistant: a\nturns: [{ user: Hi, script: [{ say: ${reply} }], expect: { reply: { contains: "yes" } } }]\n`;

async function project(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  await folder.write("playbill.yaml", "project: shop\n");
  await folder.write("assistants/a.yaml", "model: gpt-4o\n");
  await folder.write("scenarios/one.yaml", scenarioText("yes"));
  await folder.write("scenarios/two.yaml", scenarioText("no"));
  return folder;
}

const statuses = async (ui: StartedUi) => (await ui.index()).state.rows.map(({ id, status }) => [id, status]);

test("what a page shows are the results of the run on disk", async () => {
  const folder = await project();
  const ui = await startUi(folder);
  const { state } = await ui.idle();
  const runs = join(folder.path, ".playbill/runs");
  const lines = (await readFile(join(runs, (await readdir(runs))[0] ?? "", "results.jsonl"), "utf8")).split("\n");
  const stored = lines.flatMap((line) => {
    const value = line === "" ? {} : (JSON.parse(line) as { id?: string; status?: string });
    return value.id === undefined ? [] : [[value.id, value.status]];
  });
  expect(new Map(state.rows.map(({ id, status }) => [id, status]))).toEqual(new Map(stored as [string, string][]));
  const page = (await (await ui.ask("/api/s/two")).json()) as ScenarioPage;
  expect(page).toMatchObject({ id: "two", status: "failed", command: "playbill test --id two" });
  expect((await ui.ask("/api/s/three")).status).toBe(404);
  expect((await ui.ask(`/api/a/${"0".repeat(64)}`)).status).toBe(404);
  expect(ui.text()).toContain("1 passed, 1 failed");
  expect(await ui.stop()).toBe(130);
});

test("only what failed reruns on request, and events report all of it", async () => {
  const folder = await project();
  const ui = await startUi(folder);
  const before = await ui.idle();
  const stream = await ui.ask(`/api/events?after=${before.at}`);
  await folder.write("scenarios/two.yaml", scenarioText("yes"));
  const changed = await eventsUntil(stream, ({ kind }) => kind === "idle");
  expect(changed.find(({ kind }) => kind === "changed")).toMatchObject({
    files: ["scenarios/two.yaml"],
    affected: [["two", ["script"]]],
  });
  expect(changed.flatMap((event) => (event.kind === "row" ? [[event.row.id, event.row.status]] : []))).toEqual([
    ["two", "passed"],
  ]);
  expect(afterEvents(before.state, changed)).toEqual((await ui.index()).state);
  expect((await ui.ask("/api/run", { ids: "failed" })).status).toBe(400);
  const { at } = await ui.index();
  expect((await ui.ask("/api/run", { ids: ["one"] })).status).toBe(202);
  const again = await eventsUntil(await ui.ask(`/api/events?after=${at}`), ({ kind }) => kind === "idle");
  expect(again.flatMap((event) => (event.kind === "row" ? [event.row.id] : []))).toEqual(["one"]);
});

test("a file that becomes invalid is a problem with its place, the results stay, and the next valid state is used", async () => {
  const folder = await project();
  const ui = await startUi(folder);
  await ui.idle();
  await folder.write("scenarios/one.yaml", "turns: [");
  const problems = () => ui.index().then(({ state }) => state.problems);
  await expect.poll(problems).toMatchObject([{ code: "bad_yaml", place: { file: "scenarios/one.yaml", line: 1 } }]);
  expect(await statuses(ui)).toEqual([
    ["one", "passed"],
    ["two", "failed"],
  ]);
  await folder.write("scenarios/one.yaml", scenarioText("no"));
  await expect.poll(() => statuses(ui)).toContainEqual(["one", "failed"]);
  expect(await problems()).toEqual([]);
});

test("a run can be stopped, two never run at once, and an open page is notified of the end", async () => {
  const folder = await project();
  await folder.write("scenarios/slow.yaml", scenarioText("yes").replace("say: yes", "say: yes, delay: 10m"));
  const ui = await startUi(folder);
  await expect.poll(ui.index).toMatchObject({ state: { isRunning: true, active: [["slow", { kind: "running" }]] } });
  expect((await ui.ask("/api/run", { ids: ["one"] })).status).toBe(409);
  const stream = await ui.ask("/api/events");
  expect((await ui.ask("/api/stop", {})).status).toBe(202);
  await eventsUntil(stream, ({ kind }) => kind === "idle");
  expect((await ui.index()).state.isRunning).toBe(false);
  expect((await ui.ask("/api/stop", {})).status).toBe(409);
  const last = await ui.ask("/api/events");
  const text = last.text();
  expect(await ui.stop()).toBe(130);
  expect(await text).toContain("event: bye");
});

test("only the page gets an answer", async () => {
  const ui = await startUi(await project());
  const key = new URL(ui.link).searchParams.get("k") ?? "";
  const { host, port } = new URL(ui.origin);
  const cookie = `cookie: playbill-${port}=${key}`;
  const post = (origin: string) =>
    raw(
      ui,
      `POST /api/run HTTP/1.1\r\nhost: ${host}\r\n${cookie}\r\norigin: ${origin}\r\ncontent-length: 15\r\n`,
      '{"ids":["one"]}',
    );
  const get = (path: string, ...headers: string[]) => raw(ui, `GET ${path} HTTP/1.1\r\n${headers.join("\r\n")}\r\n`);
  expect(
    await Promise.all([
      get("/api/index", `host: ${host}`, cookie),
      get("/api/index", `host: localhost:${port}`, cookie),
      get("/", `host: ${host}`, cookie, "sec-fetch-site: cross-site"),
      // Another name that leads to this machine, no key, an old key, other pages.
      get("/api/index", `host: evil.example:${port}`, cookie),
      get(`/?k=${key}`, `host: evil.example:${port}`),
      get("/api/index", `host: ${host}`),
      get("/api/events", `host: ${host}`, `cookie: playbill-${port}=${"0".repeat(32)}`),
      get(`/api/index?k=${key}`, `host: ${host}`),
      get("/?k=", `host: ${host}`),
      get("/api/index", `host: ${host}`, cookie, "origin: http://evil.example"),
      get("/api/index", `host: ${host}`, cookie, "sec-fetch-site: same-site"),
      post("http://evil.example"),
      post("null"),
      post(`http://127.0.0.1:${Number(port) + 1}`),
      raw(ui, `POST /api/stop HTTP/1.1\r\nhost: ${host}\r\n${cookie}\r\ncontent-length: 0\r\n`),
    ]),
  ).toEqual([200, 200, 200, ...Array.from({ length: 12 }, () => 403)]);
});

test("an invalid request is refused with a message", async () => {
  const ui = await startUi(await project());
  await ui.idle();
  for (const body of ["x", {}, { ids: [] }, { ids: [1] }, { ids: ["nobody"] }, []]) {
    const answer = await ui.ask("/api/run", body);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: string }).error).toMatch(/expected|there is no/);
  }
});

test("a port in use is a problem", async () => {
  const folder = await project();
  const ui = await startUi(folder);
  await expect(startUi(folder, { port: Number(new URL(ui.origin).port) })).rejects.toThrow("cannot listen");
});

/** The status of the answer to a request as it is written: what a browser would not let a page send. */
function raw(ui: StartedUi, headers: string, body = ""): Promise<number> {
  const socket = connect(Number(new URL(ui.origin).port), "127.0.0.1");
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("data", (data) => {
      socket.destroy();
      resolve(Number(/^HTTP\/1.1 (\d+)/.exec(String(data))?.[1]));
    });
    socket.write(`${headers}\r\n${body}`);
  });
}
