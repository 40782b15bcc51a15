import { expect, onTestFinished, test } from "vitest";
import { createSystemClock } from "../../src/kit/clock.ts";
import { createWaits } from "../../src/kit/waits.ts";
import { createChatCompletionsModel } from "../../src/server/models/openai.ts";
import { openServer } from "../../src/server/server.ts";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";
import { connectionTo, testRun } from "./connection.ts";
import { plainSpec } from "./spec.ts";

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

test.each([
  [429, "the rate limit of the model's endpoint"],
  [503, "the model's endpoint, which answered 503"],
])("a turn says that its run waits for an endpoint that answered %i", async (status, reason) => {
  const waits = createWaits();
  const server = await openServer({
    database: ":memory:",
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
  const connection = connectionTo((input, init) => server.fetch(input, init), { waits });
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
