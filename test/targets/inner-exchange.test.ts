import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { createSystemClock } from "../../src/kit/clock.ts";
import { createInnerExchange } from "../../src/targets/http/exchange.ts";

test("requests to this process leave no listener on the command's signal", async () => {
  const stop = new AbortController();
  const connection = {
    clock: createSystemClock({ keepsAlive: false }),
    fetch: async (...request: Parameters<typeof fetch>) => new Response(new Request(...request).url),
  };
  for (const isStream of [false, true, false]) {
    const options = { connection, signal: stop.signal, isStream, answerTime: 1_000, onEnd: () => {} };
    const answer = await createInnerExchange(options).fetch("http://embedded/v1", { method: "GET", headers: {} });
    expect(await answer.text()).toBe("http://embedded/v1");
  }
  expect(getEventListeners(stop.signal, "abort")).toEqual([]);
});
