import { cp } from "node:fs/promises";
import { expect, test } from "vitest";
import { run, temporaryFolder } from "../run.ts";
import { openDesk } from "./desk.ts";
import { startTalkingServer } from "./server.ts";

const gate = ["sync", "--gate", "--yes"];

test("an edit at the target while a gate runs is not overwritten", async () => {
  const server = await startTalkingServer();
  await using desk = await openDesk(server.url);
  expect(await run(desk.path, gate)).toMatchObject({ exitCode: 0 });
  const { id } = (await server.live()).get("bare")!;
  await desk.edit("two");
  server.cutAfter(5, () => void server.edit(id, { instructions: "By hand." }), { isDead: false });
  const refused = await run(desk.path, gate);
  expect(refused.exitCode, refused.output).toBe(3);
  expect(refused.stdout).toContain("2 passed");
  expect(refused.stderr).toContain("error[stale_plan]");
  const live = await server.live();
  expect([live.get("bare")?.instructions, live.get("desk")?.instructions]).toEqual(["By hand.", "Say hello. one"]);

  const again = await run(desk.path, gate);
  expect(again.stderr).toContain("playbill sync assistant.bare --gate --take ours assistant.bare --target prod");

  // What was tested need not be tested again.
  const taken = await run(desk.path, [...gate, "--take", "ours", "assistant.bare"]);
  expect(taken.exitCode, taken.output).toBe(0);
  expect(taken.stdout).not.toContain("passed");
});

test("what is written into the files while a gate tests is not applied with what was tested", async () => {
  const server = await startTalkingServer();
  await using desk = await openDesk(server.url);
  expect(await run(desk.path, gate)).toMatchObject({ exitCode: 0 });
  await desk.edit("two");
  server.cutAfter(5, () => void desk.edit("three"), { isDead: false });
  const first = await run(desk.path, gate);
  expect((await server.live()).get("desk")?.instructions).not.toContain("three");
  expect(first.exitCode === 0 || !(await server.live()).get("desk")!.instructions!.includes("two")).toBe(true);
  server.connect();
  const next = await run(desk.path, gate);
  expect(next.exitCode, next.output).toBe(0);
  expect((await server.live()).get("desk")?.instructions).toBe("Say hello. three");
});

test("two gates at once: one of them tested what is live, and after a decision the next plan is empty", async () => {
  const server = await startTalkingServer();
  await using desk = await openDesk(server.url);
  expect(await run(desk.path, gate)).toMatchObject({ exitCode: 0 });
  await using other = await temporaryFolder();
  await cp(desk.path, other.path, { recursive: true });
  await desk.edit("two");
  await other.write("assistants/bare.yaml", "model: m\ninstructions: Say hello. other\n");
  const outcomes = await Promise.all([run(desk.path, gate), run(other.path, gate)]);
  for (const { exitCode, output } of outcomes) expect([0, 1, 3], output).toContain(exitCode);
  for (const { proofs } of (await server.live()).values()) {
    expect(proofs.every((proof) => proof.startsWith("tested:"))).toBe(true);
  }
  const last = await run(desk.path, [...gate, "--take", "ours", "*"]);
  expect(last.exitCode, last.output).toBe(0);
  expect((await server.live()).get("bare")?.instructions).toBe("Say hello. two");
  expect(await server.counts()).toEqual([2, 1, 1]);
});
