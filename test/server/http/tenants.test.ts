import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { createSystemClock } from "../../../src/kit/clock.ts";
import { createApp } from "../../../src/server/http/app.ts";
import { hashOfKey, type ApiKey } from "../../../src/server/http/keys.ts";
import { createScriptedModel } from "../../../src/server/models/script.ts";
import { createFileReader } from "../../../src/server/search/reader/reader.ts";
import { createServices, servicesOfTenant } from "../../../src/server/server.ts";
import { countedIds } from "../../../src/server/services.ts";
import { openSqliteStore } from "../../../src/server/store/sqlite/store.ts";
import { scriptsOf } from "../scripts.ts";

const reader = createFileReader();
const sharedReader = { ...reader, close: async () => {} };
afterAll(() => reader.close());

const tenants = ["default", "acme", "blue"];
const keyOf = (project: string): ApiKey => ({ name: `${project}-app`, project, hash: hashOfKey(`sk-${project}`) });

/** Stands still, so that objects made at different times are the same; timers go on. */
const clock = { ...createSystemClock({ keepsAlive: false }), now: () => 1_800_000_000_000 };

type Answer = { status: number; body: unknown };
type Send = (project: string, method: string, path: string, body?: unknown) => Promise<Answer>;

/** A server of three tenants, who each count their ids from one: what is guessed of another one's is right. */
async function startTenants(accepted: readonly ApiKey[] = tenants.map(keyOf)) {
  const store = await openSqliteStore(":memory:");
  const model = createScriptedModel({ scripts: scriptsOf({ hello: [{ say: "Hello!" }] }), delay: async () => {} });
  const common = { model, clock, reader: sharedReader, limits: { closingMs: 100, pollAfterMs: 1 } };
  const services = await createServices(store, { ...common, ids: countedIds() });
  const all = [services];
  const opened: string[] = [];
  const servicesOf = (tenant: string) => {
    opened.push(tenant);
    const made = servicesOfTenant(tenant, store.tenant(tenant), { ...services, ids: countedIds() }, sharedReader);
    all.push(made);
    return made;
  };
  let keys = accepted;
  const app = createApp({ services, servicesOf, keys: async () => keys, reset: true });
  const close = async () => {
    await app.close();
    for (const { indexer } of all) await indexer.close();
    await services.replica.close();
    await store.close();
  };
  const ask = (path: string, init: RequestInit, headers: Record<string, string>) =>
    app.fetch(`http://server.test${path}`, { ...init, headers: { "openai-beta": "assistants=v2", ...headers } });
  const send: Send = async (project, method, path, body) => {
    const isForm = body instanceof FormData;
    const response = await ask(
      path,
      { method, ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }) },
      { authorization: `Bearer sk-${project}`, ...(!isForm && { "content-type": "application/json" }) },
    );
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  };
  return { ask, send, close, opened, accept: (changed: readonly ApiKey[]) => void (keys = changed) };
}

const first = (prefix: string): string => `${prefix}${"1".padStart(24, "0")}`;
const form = (): FormData => {
  const made = new FormData();
  made.set("purpose", "assistants");
  made.set("file", new File(["Refunds take five days."], "refunds.md"));
  return made;
};

/** What a client may do, with the ids that every tenant's first object has. */
const operations: Record<
  string,
  (send: (method: string, path: string, body?: unknown) => Promise<Answer>) => Promise<Answer[]>
> = {
  "make an assistant": async (send) => [await send("POST", "/v1/assistants", { model: "m", name: "A" })],
  "read the assistant": async (send) => [await send("GET", `/v1/assistants/${first("asst_")}`)],
  "delete the assistant": async (send) => [await send("DELETE", `/v1/assistants/${first("asst_")}`)],
  "list assistants": async (send) => [await send("GET", "/v1/assistants?order=asc&limit=2")],
  "make a thread": async (send) => [
    await send("POST", "/v1/threads", { messages: [{ role: "user", content: "hello" }] }),
  ],
  "stream a run": async (send) => [
    await send("POST", `/v1/threads/${first("thread_")}/runs`, { assistant_id: first("asst_"), stream: true }),
    await send("GET", `/v1/threads/${first("thread_")}/messages`),
    await send("GET", `/v1/threads/${first("thread_")}/runs/${first("run_")}/steps`),
  ],
  "upload a file": async (send) => [await send("POST", "/v1/files", form())],
  "read files": async (send) => [
    await send("GET", "/v1/files"),
    await send("GET", `/v1/files/${first("file-")}/content`),
  ],
  "search a file": async (send) => {
    const made = await send("POST", "/v1/vector_stores", { name: "V" });
    const path = `/v1/vector_stores/${(made.body as { id: string }).id}`;
    const attached = await send("POST", `${path}/files`, { file_id: first("file-") });
    if (attached.status !== 200) return [made, attached];
    for (;;) {
      // Requests in memory are answered before anything else gets its turn.
      await setImmediate();
      const file = await send("GET", `${path}/files/${first("file-")}`);
      if ((file.body as { status: string }).status !== "in_progress") break;
    }
    return [made, await send("POST", `${path}/search`, { query: "refund" })];
  },
  "search the first store": async (send) => [
    await send("POST", `/v1/vector_stores/${first("vs_")}/search`, { query: "refund" }),
    await send("GET", "/v1/vector_stores"),
  ],
  reset: async (send) => [await send("POST", "/__playbill/reset")],
};
const step = fc.record({
  who: fc.constantFrom(...tenants),
  what: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...Object.keys(operations).filter((each) => each !== "reset")) },
    { weight: 1, arbitrary: fc.constant("reset") },
  ),
});

async function answersTo(steps: { who: string; what: string }[]): Promise<Answer[][]> {
  const server = await startTenants();
  const answers: Answer[][] = [];
  for (const { who, what } of steps)
    answers.push((await operations[what]?.((...request) => server.send(who, ...request))) ?? []);
  await server.close();
  return answers;
}

test("a tenant is answered as if it were alone, whatever the others do", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 24 }), async (steps) => {
      const together = await answersTo(steps);
      for (const tenant of tenants) {
        const own = steps.flatMap(({ who }, index) => (who === tenant ? [index] : []));
        const alone = await answersTo(steps.filter(({ who }) => who === tenant));
        expect(alone).toEqual(own.map((index) => together[index]));
      }
    }),
    { numRuns: 12 },
  );
});

test("an id of another tenant is unknown, in the same words as one that never was", async () => {
  const { send, close } = await startTenants();
  onTestFinished(close);
  await send("acme", "POST", "/v1/assistants", { model: "m" });
  const guessed = first("asst_");
  const never = "asst_000000000000000000000009";
  expect((await send("acme", "GET", `/v1/assistants/${guessed}`)).status).toBe(200);
  for (const method of ["GET", "DELETE"])
    expect(await send("blue", method, `/v1/assistants/${guessed}`)).toEqual(
      JSON.parse(JSON.stringify(await send("blue", method, `/v1/assistants/${never}`)).replaceAll(never, guessed)),
    );
});

describe("a key", () => {
  const threads = (ask: Awaited<ReturnType<typeof startTenants>>["ask"], headers: Record<string, string>) =>
    ask("/v1/assistants", {}, headers);

  test("reaches its own project, and is refused with the name of another", async () => {
    const { ask, close } = await startTenants();
    onTestFinished(close);
    const authorization = "Bearer sk-acme";
    for (const named of ["acme", ""])
      expect((await threads(ask, { authorization, "openai-project": named })).status).toBe(200);
    const refused = await threads(ask, { authorization, "openai-project": "blue" });
    expect([refused.status, await refused.json()]).toEqual([
      401,
      {
        error: {
          message: "OpenAI-Project header should match project for API key",
          type: "invalid_request_error",
          param: null,
          code: "mismatched_project",
        },
      },
    ]);
    expect((await threads(ask, { authorization, "openai-organization": "org-old" })).status).toBe(200);
    const unchanged = { authorization: "Bearer sk-default", "openai-project": "proj_old" };
    expect((await threads(ask, unchanged)).status).toBe(200);
  });

  test("that was taken away stops with the next request, and one that was added begins", async () => {
    const { ask, close, opened, accept } = await startTenants([keyOf("acme")]);
    onTestFinished(close);
    const status = async (project: string) => (await threads(ask, { authorization: `Bearer sk-${project}` })).status;
    expect([await status("acme"), await status("blue")]).toEqual([200, 401]);
    accept([keyOf("blue")]);
    expect(await status("acme")).toBe(401);
    // With the first request of anybody: another process may have left runs of that project.
    expect(opened).toEqual(["acme", "blue"]);
    expect(await status("blue")).toBe(200);
  });
});
