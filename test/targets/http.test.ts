import { expect, test } from "vitest";
import { ProblemError } from "../../src/problem.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";
import { createCall } from "../../src/targets/http/call.ts";
import { connectionTo } from "./connection.ts";
import { createLeapingClock } from "./leaping-clock.ts";
import { sendJson, startPeer } from "./peer.ts";
import { plainSpec } from "./spec.ts";

type Answer = { status?: number; headers?: Record<string, string>; body?: unknown } | "cut";

/** A target that answers its requests with these, in order, and the last one for ever. */
function targetThat(...answers: Answer[]) {
  const clock = createLeapingClock();
  const requests: string[] = [];
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    const answer = answers[Math.min(requests.length, answers.length - 1)] ?? "cut";
    requests.push(`${request.method} ${new URL(request.url).pathname}`);
    if (answer === "cut") throw new TypeError("fetch failed");
    const { status = 200, headers = {}, body = { data: [], has_more: false } } = answer;
    return Response.json(body, { status, headers });
  };
  const target = createAssistantsTarget(connectionTo(fetch, { retries: 4, clock }));
  return { target, requests, clock, list: () => Array.fromAsync(target.registry.list(assistantKind)) };
}

const refusal = (status: number, more: object = {}, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: { error: { message: "No.", type: "error", code: null, param: null, ...more } },
});

async function problemOf(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problems[0]!;
}

test.each([
  ["Retry-After in seconds", { "retry-after": "20" }, 20_000],
  ["retry-after-ms", { "retry-after-ms": "120" }, 120],
  ["Retry-After as a date", { "retry-after": "Sun, 22 Nov 2026 10:00:07 GMT" }, 7_000],
])("a rate limit is waited for as long as it says: %s", async (_, headers, pause) => {
  const { list, clock, requests } = targetThat(refusal(429, {}, headers), {});
  expect(await list()).toEqual([]);
  expect(clock.leaps.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(pause - 1);
  expect(requests).toHaveLength(2);
});

test.each([
  ["a refused request", refusal(400), 1],
  ["a refused key", refusal(401), 1],
  ["no permission", refusal(403), 1],
  ["a used-up quota", refusal(429, { code: "insufficient_quota" }), 1],
  ["a rate limit that asks for an hour", refusal(429, {}, { "retry-after": "3600" }), 1],
  ["a server that says not to", refusal(500, {}, { "x-should-retry": "false" }), 1],
  ["a failing server", refusal(503), 5],
  ["a connection that breaks", "cut" as const, 5],
])("%s is sent as often as it helps", async (_, answer, times) => {
  const { list, requests } = targetThat(answer);
  await problemOf(list());
  expect(requests).toHaveLength(times);
});

test("a create is sent again when it was refused for its rate, or looked for and not there", async () => {
  const spec = { ...plainSpec, name: "a" };
  const marker = { owner: "p/t/assistant.a", spec: "", rev: "" };
  const writes = ({ requests }: { requests: string[] }) => requests.filter((each) => each.startsWith("POST"));
  const dead = targetThat("cut");
  const problem = await problemOf(dead.target.registry.create(assistantKind, spec, marker));
  expect(writes(dead)).toHaveLength(1);
  expect(problem.hint).toContain("not known");
  const failing = targetThat(refusal(500), {}, refusal(500), {}, refusal(400), {});
  expect(await problemOf(failing.target.registry.create(assistantKind, spec, marker))).toMatchObject({
    code: "request_refused",
    hint: expect.stringContaining("did not find it") as string,
  });
  expect(writes(failing)).toHaveLength(3);
  const limited = targetThat(refusal(429), { body: { id: "asst_1", model: "m" } });
  await limited.target.registry.create(assistantKind, spec, marker);
  expect(limited.requests).toHaveLength(2);
});

test("a dead target is given up for all that follows, with the same problem", async () => {
  const { list, requests } = targetThat("cut");
  const first = await problemOf(list());
  expect(first).toMatchObject({ code: "connection_lost", scope: "target" });
  const tries = requests.length;
  expect(await problemOf(list())).toBe(first);
  expect(requests).toHaveLength(tries);
});

test("a target that has answered gets more tries before it is given up", async () => {
  const { list, requests } = targetThat({}, "cut");
  await list();
  expect(await problemOf(list())).not.toHaveProperty("scope");
  expect(await problemOf(list())).toHaveProperty("scope", "target");
  expect(requests).toHaveLength(11);
});

test("a target that fails for one request only is not given up", async () => {
  const { list, requests } = targetThat(...Array<Answer>(5).fill(refusal(500)), {});
  expect(await problemOf(list())).not.toHaveProperty("scope");
  expect(await list()).toEqual([]);
  expect(requests).toHaveLength(6);
});

test("requests that are left for the minute are not exceeded: the next one waits", async () => {
  const headers = {
    "x-ratelimit-limit-requests": "2",
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-reset-requests": "4s",
  };
  const { list, clock } = targetThat({ headers });
  await list();
  expect(clock.leaps).toEqual([]);
  await list();
  expect(clock.leaps.reduce((sum, each) => sum + each, 0)).toBe(2_000);
});

test("a request reports what it waits for, and that it continues", async () => {
  const clock = createLeapingClock();
  let requests = 0;
  const answer = async () => {
    requests += 1;
    const limited = { status: 429, headers: { "retry-after": "20" } };
    return requests === 1
      ? Response.json({ error: { message: "Slow down." } }, limited)
      : Response.json({ object: "list", data: [] });
  };
  const call = createCall(connectionTo(answer, { retries: 1, clock }));
  const told: (string | null)[] = [];
  const options = { isRepeatable: true, onWaiting: (reason: string | null) => void told.push(reason) };
  await call("list the models", (client) => client.get("/models"), options);
  expect(told[0]).toContain("could not list the models yet: a rate limit (429)");
  expect(told[0]).toContain("20.0 s");
  expect(told.at(-1)).toBeNull();
});

test.each(["now", "while it waits for a rate limit"])("an interrupt ends a request %s", async (when) => {
  const stop = new AbortController();
  const clock = createLeapingClock(0);
  const never = () => new Promise<Response>(() => {});
  const limited = async () => Response.json({ error: {} }, { status: 429, headers: { "retry-after": "60" } });
  const call = createCall(connectionTo(when === "now" ? never : limited, { retries: 4, clock, signal: stop.signal }));
  const request = call("list the models", (client) => client.get("/models"), { isRepeatable: true });
  setTimeout(() => stop.abort(new Error("interrupted")), 5);
  expect((await problemOf(request)).code).toBe("interrupted");
});

test("after an interrupt, clean-up is still done, and given up where nothing answers", async () => {
  const stop = new AbortController();
  stop.abort(new Error("interrupted"));
  const fine = createCall(connectionTo(async () => Response.json({ deleted: true }), { signal: stop.signal }));
  const remove = (call: typeof fine) =>
    call("delete the thread", (client) => client.delete("/threads/t"), { isRepeatable: true, purpose: "cleanup" });
  expect(await remove(fine)).toEqual({ deleted: true });
  const silent = createCall(connectionTo(() => new Promise<Response>(() => {}), { signal: stop.signal }));
  expect((await problemOf(remove(silent))).code).toBe("interrupted");
});

test("an answer that never comes is given up in time, and one that never ends is not read on", async () => {
  const clock = createLeapingClock(60_000);
  const call = createCall(connectionTo(() => new Promise<Response>(() => {}), { clock }));
  expect((await problemOf(call("wait", (client) => client.get("/models")))).code).toBe("timed_out");
  await using peer = await startPeer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const more = () => {
      while (!response.destroyed && response.write("[".repeat(1024 * 1024)));
      response.once("drain", more);
    };
    more();
  });
  const endless = createCall(connectionTo(fetch, { baseUrl: peer.baseUrl }));
  expect((await problemOf(endless("read", (client) => client.get("/models")))).code).toBe("answer_too_large");
});

test.each([
  ["goes round", (count: number) => `asst_${count % 3}`],
  ["has ever new objects", (count: number) => `asst_${count}`],
])("a list that %s is stopped", async (_, id) => {
  let count = 0;
  const target = createAssistantsTarget(
    connectionTo(async () => {
      const data = Array.from({ length: 100 }, () => ({ id: id(count++), model: "m" }));
      return Response.json({ data, has_more: true });
    }),
  );
  const work = (async () => {
    for await (const _live of target.registry.list(assistantKind));
  })();
  expect(await problemOf(work)).toMatchObject({
    code: "malformed_answer",
    message: expect.stringContaining("a list that never ends") as string,
  });
});

test("requests continue after a peer closes its connections", async () => {
  await using peer = await startPeer((_request, response) => {
    if (peer.requests.length % 2 === 1) response.destroy();
    else sendJson(response, 200, { data: [], has_more: false });
  });
  const clock = createLeapingClock();
  const target = createAssistantsTarget(connectionTo(fetch, { baseUrl: peer.baseUrl, retries: 4, clock }));
  expect(await Array.fromAsync(target.registry.list(assistantKind))).toEqual([]);
});
