import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { bin, leftAt } from "../processes.ts";
import { shop, type Step } from "./typing.ts";

/** A chat in a process of its own at a pseudo-terminal of `script` (util-linux): every step waits until something new is shown, and types then. */
async function atTerminal(cwd: string, steps: readonly Step[], env: Record<string, string>) {
  const command = `exec '${process.execPath}' --disable-warning=ExperimentalWarning '${bin}' chat support`;
  const child = spawn("script", ["-qefc", command, "/dev/null"], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, SHELL: "/bin/sh", ...env },
  });
  const left = steps.values();
  let step = left.next().value;
  let [screen, read] = ["", 0];
  child.stdout.on("data", (data) => {
    screen += String(data);
    for (let at = 0; step !== undefined && (at = screen.indexOf(step[0], read)) >= 0; step = left.next().value) {
      read = at + step[0].length;
      child.stdin.write(step[1]);
    }
  });
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { exitCode, screen };
}

test.skipIf(!existsSync("/usr/bin/script"))("a chat at a terminal: by hand, stopped, saved, left", async () => {
  await using folder = await shop();
  const { exitCode, screen } = await atTerminal(
    folder.path,
    [
      ["you> ", "Think.\r"],
      ["Let me see.", "\u0003"],
      ["removed", ""],
      ["you> ", "Wh\u007fhere is A-1001?\r"],
      ["costs", ""],
      ["you> ", "Cancel it.\r"],
      ["[e]rror", "e too late\r"],
      ["too late.", "/save seen\r"],
      ["passes", "\u0003"],
      ["press Ctrl-C again to leave", "\u0003"],
    ],
    { TERM: "xterm" },
  );
  const plain = stripVTControlCharacters(screen);
  expect(plain).toContain("! stopped");
  expect(plain).toContain("scenarios/seen.yaml: 3 expectations, passes");
  expect(exitCode, plain).toBe(0);
  expect(screen.endsWith("\u001b[?2004l")).toBe(true);
  expect(await readFile(join(folder.path, "scenarios/seen.yaml"), "utf8")).toContain("error: too late");
  expect((await leftAt(folder.path)).assistants).toEqual([]);
});

test.skipIf(!existsSync("/usr/bin/script"))(
  "a chat at a dumb terminal writes no escape character; Ctrl-C is a signal there",
  async () => {
    await using folder = await shop();
    const { exitCode, screen } = await atTerminal(
      folder.path,
      [
        ["you> ", "Think.\n"],
        ["Let me see.", "\u0003"],
        ["removed", "Where is A-1001?\n"],
        ["costs 22.8", ""],
        ["you> ", "\u0003"],
        ["press Ctrl-C again to leave", "\u0003"],
      ],
      { TERM: "dumb" },
    );
    expect(screen).toContain("! stopped");
    expect(screen).toContain("support> It is **late** and costs 22.8.");
    expect(screen).not.toContain("\u001b");
    expect(exitCode, screen).toBe(0);
  },
);
