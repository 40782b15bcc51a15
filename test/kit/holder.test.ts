import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { isAlive, ownHolder, parseHolder } from "../../src/kit/holder.ts";

test("a holder is the same after it was written and read, and nothing else is one", () => {
  expect(parseHolder(JSON.stringify(ownHolder()))).toEqual(ownHolder());
  expect(parseHolder('{"pid":1,"host":"desk"}')).toEqual({ pid: 1, host: "desk", space: null, began: null });
  for (const text of ["", "{", "[]", '{"pid":"1","host":"desk"}']) expect(parseHolder(text)).toBeNull();
});

test("a process is alive until it has ended, and one that has its number later is another one", async () => {
  const child = spawn("sleep", ["60"]);
  const holder = { ...ownHolder(), pid: child.pid!, began: null };
  expect(isAlive(holder)).toBe(true);
  expect(isAlive(ownHolder())).toBe(true);
  const isTold = ownHolder().began !== null;
  expect(isAlive({ ...ownHolder(), began: "1" })).toBe(!isTold);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isAlive(holder)).toBe(false);
});

test.runIf(process.platform === "linux")(
  "a process that has ended and that its parent never asks about is not alive",
  async () => {
    const parent = spawn("sh", ["-c", "sleep 1000 & echo $!; exec sleep 1000"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    onTestFinished(() => void parent.kill());
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    // From then on the parent is a program that does not ask about its children.
    await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, "latin1")).toBe("sleep\n");
    process.kill(pid, "SIGKILL");
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, "latin1")).toMatch(/\) Z /);
    expect(process.kill(pid, 0)).toBe(true);
    expect(isAlive({ ...ownHolder(), pid, began: null })).toBe(false);
  },
);

test("what nothing here can tell of counts as alive", () => {
  const gone = { ...ownHolder(), pid: 2 ** 30 };
  expect(isAlive(gone)).toBe(false);
  expect(isAlive({ ...gone, host: "elsewhere" })).toBe(true);
  expect(isAlive({ ...gone, space: "pid:[1]" })).toBe(true);
});
