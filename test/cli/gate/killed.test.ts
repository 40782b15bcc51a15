import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { run } from "../run.ts";
import { openDesk } from "./desk.ts";
import { startTalkingServer } from "./server.ts";

const gate = ["sync", "--gate", "--yes"];

test("a gate that is killed while it tests has changed nothing, and the next one collects its copies", async () => {
  const server = await startTalkingServer();
  await using desk = await openDesk(server.url);
  const first = await run(desk.path, gate);
  expect(first.exitCode, first.output).toBe(0);
  const [live, counts] = [await server.live(), await server.counts()];
  const lock = () => readFile(join(desk.path, ".playbill/locks/prod.json"), "utf8");
  const before = await lock();

  await desk.edit("two");
  const child = spawn(process.execPath, [inject("bin"), ...gate], { cwd: desk.path, stdio: "ignore" });
  server.cutAfter(5, () => child.kill("SIGKILL"), { isDead: true });
  await once(child, "exit");
  server.connect();
  expect(await server.live()).toEqual(live);
  expect(await lock()).toBe(before);
  expect(await server.counts()).not.toEqual(counts);

  const next = await run(desk.path, gate);
  expect(next.exitCode, next.output).toBe(0);
  expect(next.stdout).toContain("2 passed");
  expect((await server.live()).get("desk")?.instructions).toBe("Say hello. two");
  expect(await server.counts()).toEqual(counts);
});
