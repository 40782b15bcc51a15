import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { createSystemClock } from "../../src/kit/clock.ts";
import { createWaits, waitingComment, waitingInComment } from "../../src/kit/waits.ts";
import { createChatCompletionsModel } from "../../src/server/models/openai.ts";
import { listen as listenOn } from "../../src/server/http/listen.ts";
import { openServer } from "../../src/server/server.ts";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";
import { connectionTo, testRun } from "./connection.ts";
import { plainSpec } from "./spec.ts";
import { createCommentReader } from "../../src/targets/http/exchange.ts";

const answer = 'data: {"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

/** An endpoint that refuses the first request with this status, and asks to come back soon. */
function endpointThatRefuses(status: number) {
  let requests = 0;
  return async () => {
    requests += 1;
    if (requests === 1) return new Response("{}", { status, headers: { "retry-after-ms": "1" } });
    return new Response(answer, { headers: { "content-type": "text/event-stream" } });
  };
}

type Fetch = (request: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** How a client reaches a server in this process: by its function, or over a socket. */
const ways = {
  "in this process": async (fetch: Fetch) => ({ fetch, inProcess: true as const }),
  "over a socket": async (app: Fetch) => {
    const listening = await listenOn({ fetch: async (request) => app(request), close: async () => {} }, "127.0.0.1", 0);
    onTestFinished(() => listening.close());
    return { fetch, baseUrl: `${listening.url}/v1` };
  },
};

test.each<[number, keyof typeof ways, string]>([
  [429, "in this process", "the rate limit of the model's endpoint"],
  [429, "over a socket", "the rate limit of the model's endpoint"],
  [503, "over a socket", "the model's endpoint, which answered 503"],
])("a turn says that its run waits for an endpoint that answered %i, %s", async (status, way, reason) => {
  const waits = createWaits();
  const server = await openServer({
    database: ":memory:",
    waits,
    model: createChatCompletionsModel({
      baseUrl: "http://endpoint.test/v1",
      apiKey: null,
      models: {},
      fetch: endpointThatRefuses(status),
      clock: createSystemClock({ keepsAlive: true }),
      onWaiting: waits.tell,
    }),
  });
  onTestFinished(() => server.close());
  const { fetch: reach, ...where } = await ways[way]((input, init) => server.fetch(input, init));
  const connection = connectionTo(reach, where);
  const session = createAssistantsTarget(connection).testing(testRun);
  const conversation = await session.open({ assistant: plainSpec, messages: [], metadata: {} });
  const events = await Array.fromAsync(conversation.send("Hi", { signal: new AbortController().signal }));
  const waiting = events.findIndex((event) => event.kind === "waiting" && event.reason === reason);
  const said = events.findIndex(({ kind }) => kind === "text");
  expect(waiting).toBeGreaterThanOrEqual(0);
  expect(said).toBeGreaterThan(waiting);
  expect(events.at(-1)).toMatchObject({ kind: "ended", status: "completed" });
});

test("who listens late hears what is waited for now, and nothing any more afterwards", () => {
  const { tell, listen } = createWaits();
  const heard: (string | null)[] = [];
  tell("run_1", "a limit");
  tell("run_2", "another");
  const stop = listen("run_1", (reason) => heard.push(reason));
  tell("run_1", null);
  stop();
  tell("run_1", "a limit");
  expect(heard).toEqual(["a limit", null]);
});

test("a comment says what is waited for in one line, and no other comment does", () => {
  expect(waitingInComment(waitingComment("a\nlimit"))).toBe("a limit");
  expect(waitingInComment(waitingComment(null))).toBeNull();
  expect([": ping", ":", "data: playbill goes on", ""].map(waitingInComment)).toEqual(Array(4).fill(undefined));
});

test("comments of a stream are found however it is cut into pieces", () => {
  const text = `event: a\ndata: {"x": ": no"}\n\n: one é\n\n: ${"x".repeat(2_000)}\r\n:two\r\n\ndata: : no\n\n: three\n\n: cut`;
  const bytes = new TextEncoder().encode(text);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
      const seen: string[] = [];
      const read = createCommentReader((line) => void seen.push(line));
      const places = [0, ...cuts.toSorted((one, other) => one - other), bytes.length];
      for (const [index, from] of places.entries()) read(bytes.subarray(from, places[index + 1] ?? bytes.length));
      expect(seen).toEqual([": one é", ":two", ": three"]);
    }),
  );
});
