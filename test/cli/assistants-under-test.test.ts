import { expect, test } from "vitest";
import { temporaryAssistants } from "../../src/cli/assistants-under-test.ts";
import { startEmbedded } from "../sync/embedded.ts";
import { assistant } from "../sync/project.ts";

function openCopies() {
  const server = startEmbedded();
  const copies = temporaryAssistants({
    project: "desk",
    target: "prod",
    desired: [assistant("support"), assistant("sales")],
    registry: server.registry,
    runId: "run",
    now: Date.now,
  });
  const left = async () => (await Array.fromAsync(server.registry.listAssistants())).map(({ id }) => id);
  return { server, copies, left };
}

test("each assistant is made once, however many ask for it at the same time, and none is left behind", async () => {
  const { copies, left } = openCopies();
  const asked = ["assistant.support", "assistant.sales", "assistant.support"].map((address) => copies.idOf(address));
  const [support, sales, again] = await Promise.all(asked);
  expect(again).toBe(support);
  expect(new Set(await left())).toEqual(new Set([support, sales]));
  await copies.close();
  expect(await left()).toEqual([]);
});

test.each(["before", "after"] as const)(
  "a create that is cut %s it arrives is tried again when asked again",
  async (when) => {
    const { server, copies, left } = openCopies();
    const sales = await copies.idOf("assistant.sales");
    server.cutAt(1, when);
    await expect(copies.idOf("assistant.support")).rejects.toThrow("unreachable");
    server.connect();
    const support = await copies.idOf("assistant.support");
    expect(await copies.idOf("assistant.support")).toBe(support);
    expect(await left()).toEqual(expect.arrayContaining([support, sales]));
    await copies.close();
    expect(await left()).toEqual([]);
  },
);

test("what is known to be made is deleted even when the rest cannot be found", async () => {
  const { server, copies } = openCopies();
  const sales = await copies.idOf("assistant.sales");
  server.failing("GET /v1/assistants", 500);
  await expect(copies.close()).rejects.toThrow("server_failed");
  expect(await server.registry.getAssistant(sales)).toBeNull();
});
