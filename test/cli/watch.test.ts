import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type FileChanges, watchFiles } from "../../src/cli/test/file-changes.ts";
import { watchedTests } from "../../src/cli/test/test.ts";
import { watchTests } from "../../src/cli/test/watch.ts";
import type { World } from "../../src/cli/world.ts";
import { runProcess } from "./processes.ts";
import { createTestWorld, temporaryFolder } from "./run.ts";

const scenarioText = (reply: string, more = "") =>
  `assistant: a\nturns: [{ user: Hi, script: [{ say: ${reply} }], expect: { reply: { contains: "yes" } } }]\n${more}`;

const files = {
  "playbill.yaml": "project: watched\n",
  "assistants/a.yaml": "model: gpt-4o\ninstructions: { file: ./a.md }\n",
  "assistants/a.md": "Say yes.\n",
  "assistants/b.yaml": "model: gpt-4o\n",
  "scenarios/one.yaml": scenarioText("yes"),
  "scenarios/two.yaml": scenarioText("no"),
  "scenarios/three.yaml": scenarioText("yes").replace("assistant: a", "assistant: b"),
};

async function project() {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  for (const [path, text] of Object.entries(files)) await folder.write(path, text);
  return folder;
}

/** Watches a project through a story: each step changes files, whose paths it gives, or presses a key; then the output since the step before is kept. */
async function story(cwd: string, steps: (string | (() => Promise<string[]>))[]) {
  const left = steps.values();
  const seen: string[] = [];
  let read = 0;
  const { world, text } = createTestWorld(cwd);
  const step = () => {
    seen.push(
      text()
        .slice(read)
        .replaceAll(/\d+ m?s\b/g, "<time>"),
    );
    read = text().length;
    return left.next().value ?? "q";
  };
  // One of the two is asked for each step: the key first.
  let current: ReturnType<typeof step> | null = null;
  const forever = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  const nextKey: World["nextKey"] = async (signal) => {
    current = step();
    if (typeof current === "string") return current;
    await forever(signal);
    return null;
  };
  const changes: FileChanges = {
    async next(signal) {
      if (typeof current === "function") return current();
      await forever(signal);
      return [];
    },
    close: () => {},
  };
  const watching = { ...world, nextKey };
  const exitCode = await watchTests(watching, watchedTests(watching, [], { jobs: 1, order: "file" }), changes);
  return { exitCode, seen };
}

test("what a changed file affects reruns, and the reason is printed", async () => {
  const folder = await project();
  const change = (path: string, text: string) => async () => {
    await folder.write(path, text);
    return [path];
  };
  const { exitCode, seen } = await story(folder.path, [
    change("assistants/a.md", "Say yes, always.\n"),
    change("scenarios/two.yaml", scenarioText("yes")),
    change("scenarios/one.yaml", `# A remark.\n${scenarioText("yes")}`),
    change("scenarios/three.yaml", "assistant: b\nturns: [{ user: Hi, expect: { reply: { contians: x } } }]\n"),
    change("scenarios/three.yaml", scenarioText("yes", "tags: [x]\n").replace("assistant: a", "assistant: b")),
    change("scenarios/four.yaml", scenarioText("yes")),
  ]);
  const [first = "", instructions, turned, remark, broken, sound, added] = seen;
  expect(first).toMatch(/✓ one[^]*✗ two[^]*2 passed, 1 failed/);
  expect(instructions).toMatch(
    /^changed: assistants\/a\.md; affects 2:\n {2}one {2}assistant's instructions\n {2}two {2}assistant's instructions\n/,
  );
  expect(instructions).toMatch(/✓ one[^]*✗ two/);
  expect(instructions).not.toContain("three");
  expect(turned).toMatch(/affects 1:\n {2}two {2}script\n✓ two[^]*1 passed/);
  expect(remark).toMatch(/^changed: scenarios\/one\.yaml; affects no scenario\n\nwaiting/);
  expect(broken).toContain('did you mean "contains"?');
  expect(sound).toContain("affects no scenario");
  expect(added).toMatch(/affects 1:\n {2}four {2}new\n✓ four[^]*1 passed/);
  expect(exitCode).toBe(0);
});

test("a repeated message about the same files is not printed, so that a log in the project does not grow forever", async () => {
  const folder = await project();
  const log = () => Promise.resolve(["watch.log"]);
  const broken = async () => {
    await folder.write("scenarios/one.yaml", "turns: [");
    return ["scenarios/one.yaml"];
  };
  const { seen } = await story(folder.path, [log, log, log, broken, log, log]);
  expect(seen[1]).toMatch(/^changed: watch\.log; affects no scenario\n\nwaiting/);
  expect(seen.slice(2, 4)).toEqual(["", ""]);
  expect(seen[4]).toContain("error[bad_yaml]");
  expect(seen[5]).toContain("error[bad_yaml]");
  expect(seen[6]).toBe("");
});

test("keys run all, or what failed", async () => {
  const folder = await project();
  const { seen } = await story(folder.path, ["x", "f", "a", "q"]);
  expect(seen[0]).toContain("waiting for changes; a: run all, f: run what failed, q: quit");
  // A key that means nothing changes nothing.
  expect(seen[1]).toBe("");
  expect(seen[2]).toMatch(/running 1 of the last run[^]*✗ two/);
  expect(seen[2]).not.toContain("one");
  expect(seen[3]).toMatch(/✓ one[^]*✗ two[^]*2 passed, 1 failed/);
});

test("files are seen wherever they are, also in folders made meanwhile, and what is hidden or installed is not", async () => {
  const folder = await project();
  const changes = watchFiles(folder.path);
  onTestFinished(() => changes.close());
  const { signal } = new AbortController();
  await folder.write("node_modules/x/index.js", "");
  await folder.write(".playbill/runs/x", "");
  await writeFile(join(folder.path, "assistants/a.md"), "Other.\n");
  expect(await changes.next(signal)).toEqual(["assistants/a.md"]);
  await mkdir(join(folder.path, "scenarios/orders"));
  await writeFile(join(folder.path, "scenarios/orders/late.yaml"), "x");
  expect(await changes.next(signal)).toContain("scenarios/orders/late.yaml");
  await rm(join(folder.path, "scenarios/orders"), { recursive: true });
  expect(await changes.next(signal)).toContain("scenarios/orders");
  const stop = new AbortController();
  const next = changes.next(stop.signal);
  stop.abort();
  expect(await next).toEqual([]);
});

test("a process that watches ends with Ctrl-C", async () => {
  const folder = await project();
  const { exitCode, output } = await runProcess(folder.path, ["test", "--watch"], (text, child) => {
    if (text.includes("affects 1:") && /1 passed[^]*waiting/.test(text.split("affects 1:")[1] ?? ""))
      child.kill("SIGINT");
    else if (text.includes("waiting for changes\n") && !text.includes("changed:"))
      void folder.write("scenarios/one.yaml", scenarioText("yes indeed"));
  });
  expect(exitCode, output).toBe(130);
});
