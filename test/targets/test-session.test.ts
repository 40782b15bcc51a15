import { expect, test } from "vitest";
import { startEmbedded } from "../sync/embedded.ts";
import { createAssistantsTarget } from "../../src/targets/assistants/target.ts";
import { connectionTo, testRun } from "./connection.ts";
import { createLeapingClock } from "./leaping-clock.ts";
import { plainSpec } from "./spec.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";

const support = { ...plainSpec, name: "support" };
const sales = { ...plainSpec, name: "sales" };

async function openSession() {
  const server = await startEmbedded();
  const session = server.target.testing(testRun);
  const left = async () => (await Array.fromAsync(server.registry.list(assistantKind))).map(({ spec }) => spec.name);
  return { server, session, left };
}

test("each assistant is made once, however many ask for it at the same time, and none is left behind", async () => {
  const { session, left } = await openSession();
  await Promise.all([support, sales, support].map((assistant) => session.prepare(assistant)));
  const conversation = await session.open({ assistant: sales, messages: [], metadata: {} });
  expect(new Set(await left())).toEqual(new Set(["sales", "support"]));
  await conversation.close();
  await session.close();
  expect(await left()).toEqual([]);
});

test("a session with what is at the target makes nothing there and asks nothing when it is closed", async () => {
  const { server, session } = await openSession();
  await session.prepare("asst_1");
  await session.close();
  expect(server.requests).toEqual([]);
});

test.each(["before", "after"] as const)(
  "a create that is cut %s it arrives is tried again when asked again",
  async (when) => {
    const { server, session, left } = await openSession();
    await session.prepare(sales);
    server.cutAt(1, when);
    await expect(session.prepare(support)).rejects.toThrow("connection_lost");
    server.connect();
    await session.prepare(support);
    await session.prepare(support);
    expect(await left()).toEqual(expect.arrayContaining(["support", "sales"]));
    await session.close();
    expect(await left()).toEqual([]);
  },
);

test("what is known to be made is deleted even when the rest cannot be found", async () => {
  const { server, session } = await openSession();
  await session.prepare(sales);
  const [made] = await Array.fromAsync(server.registry.list(assistantKind));
  server.failing("GET /v1/assistants", 500);
  await expect(session.close()).rejects.toThrow("server_failed");
  expect(await server.registry.get(assistantKind, made?.id ?? "")).toBeNull();
});

test("a target whose connections all break has nothing to be left behind at", async () => {
  const cut = async (): Promise<Response> => {
    throw new TypeError("fetch failed", { cause: new Error("other side closed") });
  };
  const connection = connectionTo(cut, { retries: 2, clock: createLeapingClock() });
  const session = createAssistantsTarget(connection).testing(testRun);
  await expect(session.prepare(support)).rejects.toThrow("connection_lost");
  await session.close();
});
