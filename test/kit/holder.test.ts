import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
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

test("what nothing here can tell of counts as alive", () => {
  const gone = { ...ownHolder(), pid: 2 ** 30 };
  expect(isAlive(gone)).toBe(false);
  expect(isAlive({ ...gone, host: "elsewhere" })).toBe(true);
  expect(isAlive({ ...gone, space: "pid:[1]" })).toBe(true);
});
