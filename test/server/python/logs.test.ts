import { expect, test } from "vitest";
import { renderLogs, type RunEnd } from "../../../src/server/python/logs.ts";

const limits = { timeLimit: 1500, memoryLimit: 512 };
const end: RunEnd = { output: "", dropped: 0, timedOut: false, outOfMemory: false, lost: null, leftOut: 0 };
const lost = "[the session was lost: variables are gone, files are kept]\n";

test.each<[Partial<RunEnd>, string]>([
  [{ output: "a" }, "a"],
  [{ output: "a", dropped: 9 }, "a\n[9 more bytes of output left out]\n"],
  [{ output: "a\n", timedOut: true }, "a\n[stopped: the time limit of 1.5 s was exceeded]\n"],
  [{ outOfMemory: true }, "[the memory limit of 512 MiB was exceeded]\n"],
  [{ lost: "memory" }, `[the memory limit of 512 MiB was exceeded]\n${lost}`],
  [{ timedOut: true, lost: "time" }, `[stopped: the time limit of 1.5 s was exceeded]\n${lost}`],
  [{ lost: "crash" }, `[the interpreter crashed]\n${lost}`],
])("%j", (difference, expected) => {
  expect(renderLogs({ ...end, ...difference }, limits)).toBe(expected);
});
