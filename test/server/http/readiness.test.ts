import { expect, test } from "vitest";
import { createApp } from "../../../src/server/http/app.ts";
import { createReadiness } from "../../../src/server/http/readiness.ts";
import { ModelFailure } from "../../../src/server/models/model.ts";
import { startServer } from "../harness.ts";
import { manualClock } from "../manual-clock.ts";

test("the endpoint is checked once in ten seconds and the database once a second, however many requests arrive", async () => {
  const { services } = await startServer();
  const clock = manualClock();
  const asked = { model: 0, database: 0 };
  const readiness = createReadiness({
    ...services,
    clock,
    model: { ...services.model, list: async () => ((asked.model += 1), []) },
    store: { ...services.store, get: async () => ((asked.database += 1), null) },
  });
  for (let second = 0; second < 20; second += 1) {
    await Promise.all(Array.from({ length: 50 }, () => readiness.check()));
    clock.advance(1_000);
  }
  expect(asked).toEqual({ model: 2, database: 20 });
});

test("what is not reachable is named, and why is in the log only, once", async () => {
  const { services } = await startServer();
  const clock = manualClock();
  const log: unknown[] = [];
  let reachable = false;
  const list = async () => {
    if (!reachable)
      throw new ModelFailure("server_error", "The model endpoint http://secret.internal cannot be reached.");
    return [];
  };
  const readiness = createReadiness({
    ...services,
    clock,
    model: { ...services.model, list },
    log: (entry) => void log.push(entry),
  });
  for (let round = 0; round < 3; round += 1) {
    expect(await readiness.check()).toEqual({ status: "not_ready", checks: { database: "ok", model: "unavailable" } });
    clock.advance(10_000);
  }
  reachable = true;
  expect(await readiness.check()).toEqual({ status: "ready", checks: { database: "ok", model: "ok" } });
  expect(log).toEqual([
    { kind: "notice", message: expect.stringContaining("http://secret.internal cannot be reached") },
    { kind: "notice", message: "the model is reachable again" },
  ]);
  readiness.drain();
  expect((await readiness.check()).status).toBe("draining");
});

test("anybody may ask, with a key or without, and gets 503 as long as it is not ready", async () => {
  const { services } = await startServer();
  const list = () => Promise.reject(new ModelFailure("server_error", "away"));
  const app = createApp({ services: { ...services, model: { ...services.model, list } }, keys: async () => [] });
  const response = await app.fetch("http://server.test/readyz");
  expect([response.status, await response.json()]).toMatchObject([503, { checks: { model: "unavailable" } }]);
  expect((await app.fetch("http://server.test/healthz")).status).toBe(200);
  await app.close();
});
