import { expect, test } from "vitest";
import { assistantKind } from "../../src/resources/assistant/kind.ts";
import type { Lock } from "../../src/sync/lock/lock.ts";
import { startEmbedded } from "./embedded.ts";
import { assistant, openDesk } from "./project.ts";

// Git merges two locks line by line.

test("a lock that a merge mixed up deletes nothing and makes nothing twice", async () => {
  const embedded = await startEmbedded();
  const desk = openDesk(embedded);
  const both = [assistant("a", { top_p: 0.1 }), assistant("b", { top_p: 0.2 })];
  await desk.sync(both);
  const { "assistant.a": a, "assistant.b": b } = desk.lock!.resources;
  for (const [desired, resources] of [
    [[both[0]!], { "assistant.b": a! }],
    [both, { "assistant.a": b!, "assistant.b": b! }],
    [[both[0]!], { "assistant.a": a!, "assistant.b": a! }],
    [both, { "assistant.c": a!, "assistant.b": b! }],
  ] as const) {
    desk.lock = { ...desk.lock!, resources };
    const plan = await desk.plan(desired, { prune: true });
    expect(plan.resources.filter(({ action }) => action !== "forget").map(({ action }) => action)).toEqual(
      desired.map(() => "unchanged"),
    );
    await desk.sync(desired, { prune: true });
    const { resources: left }: Lock = desk.lock;
    expect(Object.keys(left).toSorted()).toEqual(desired.map(({ address }) => address));
    expect(await Array.fromAsync(embedded.registry.list(assistantKind))).toHaveLength(2);
  }
});
