import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { run, temporaryFolder } from "../run.ts";
import { openDesk } from "./desk.ts";
import { startTalkingServer } from "./server.ts";

const gate = ["sync", "--gate", "--yes"];

test("a gate that is killed while it tests has changed nothing, and the very next one collects its copies, and no others", async () => {
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
  const killed = await server.counts();
  expect(killed).not.toEqual(counts);

  // Somewhere else nobody knows that it was killed: it could be alive.
  await using elsewhere = await temporaryFolder();
  await cp(desk.path, elsewhere.path, { recursive: true, filter: (file) => !file.includes("prod.sessions") });
  const other = await run(elsewhere.path, ["test"]);
  expect(other.exitCode, other.output).toBe(0);
  expect(await server.counts()).toEqual(killed);

  const next = await run(desk.path, gate);
  expect(next.exitCode, next.output).toBe(0);
  expect(next.stdout).toContain("2 passed");
  expect((await server.live()).get("desk")?.instructions).toBe("Say hello. two");
  expect(await server.counts()).toEqual(counts);
  expect(await readdir(join(desk.path, ".playbill/prod.sessions"))).toEqual([]);
});

test("copies of a gate that was killed once all was tested are collected by the next one, which has nothing to test", async () => {
  const server = await startTalkingServer();
  await using desk = await openDesk(server.url);
  expect(await run(desk.path, gate)).toMatchObject({ exitCode: 0 });
  const counts = await server.counts();
  await desk.edit("two");
  expect(await run(desk.path, ["test"])).toMatchObject({ exitCode: 0 });
  const child = spawn(process.execPath, [inject("bin"), "test"], { cwd: desk.path, stdio: "ignore" });
  server.cutAfter(5, () => child.kill("SIGKILL"), { isDead: true });
  await once(child, "exit");
  server.connect();
  expect(await server.counts()).not.toEqual(counts);
  const next = await run(desk.path, gate);
  expect(next.exitCode, next.output).toBe(0);
  expect(next.stdout).not.toContain("passed");
  expect(await server.counts()).toEqual(counts);
});
