import { afterAll, describe, expect, test } from "vitest";
import { startPython, textFile } from "./python.ts";

const { interpreter, run, logs } = startPython();
afterAll(() => interpreter.close());

describe("a cell", () => {
  test.each([
    ["print('a', end=''); import sys; print('b', file=sys.stderr, end=''); print('c')", "abc\n"],
    ["1 + 1", "2\n"],
    ["'text'", "'text'\n"],
    ["1 + 1;", ""],
    ["None", ""],
    ["x = 1", ""],
    ["print('ä€😀')", "ä€😀\n"],
    ["import asyncio\nawait asyncio.sleep(0.01)\n'awaited'", "'awaited'\n"],
    ["import sys; sys.exit(3)", "SystemExit: 3\n"],
    ["exit()", ""],
  ])("%j prints %j", async (input, expected) => {
    expect(await logs(input)).toBe(expected);
  });

  test("checks numbers for being prime", async () => {
    const input = `
def is_prime(n):
    return n > 1 and all(n % d for d in range(2, int(n ** 0.5) + 1))

for n in (1, 2, 3, 4, 5, 16, 17, 18, 19, 20):
    print(n, is_prime(n))
`;
    const primes = new Set([2, 3, 5, 17, 19]);
    const expected = [1, 2, 3, 4, 5, 16, 17, 18, 19, 20].map((n) => `${n} ${primes.has(n) ? "True" : "False"}\n`);
    expect(await logs(input)).toBe(expected.join(""));
  });

  test("keeps its names for the next", async () => {
    await run("def double(n): return 2 * n\nkept = [1]");
    expect(await logs("kept.append(double(2)); kept")).toBe("[1, 4]\n");
  });

  test("that fails gives a traceback of the user's lines", async () => {
    await run("import json\ndef parse(text):\n    return json.loads(text)");
    const traceback = await logs("print('before')\nparse('{')");
    expect(traceback).toMatch(
      /^before\nTraceback \(most recent call last\):\n {2}File "<cell \d+>", line 2, in <module>\n {4}parse\('\{'\)\n/,
    );
    expect(traceback).toMatch(/line 3, in parse\n {4}return json.loads\(text\)\n/);
    expect(traceback).toContain("json.decoder.JSONDecodeError: Expecting property name");
    expect(traceback).not.toContain("playbill");
    expect(traceback).not.toContain("_pyodide");
  });

  test("that does not parse points at the place", async () => {
    expect(await logs("def f(:\n  pass")).toMatch(
      /^ {2}File "<cell \d+>", line 1\n {4}def f\(:\n {10}\^\nSyntaxError: invalid syntax\n$/,
    );
  });

  test("starts with other random numbers in each session", async () => {
    const draw = "import random; random.random()";
    expect(await logs(draw, { threadId: "thread_a" })).not.toBe(await logs(draw, { threadId: "thread_b" }));
  });
});

describe("files", () => {
  test("given are readable by name, once each, under names of their own", async () => {
    const files = [textFile("file-1", "data.csv", "1,2"), textFile("file-2", "data.csv", "3,4")];
    expect(await logs("print(open('data.csv').read(), open('/mnt/data/data-2.csv').read())", { files })).toBe(
      "1,2 3,4\n",
    );
    await run("open('data.csv', 'a').write('!')", { files });
    expect(await logs("print(open('data.csv').read())", { files })).toBe("1,2!\n");
  });

  test("written or changed come back, the others do not", async () => {
    const files = [textFile("file-3", "given.txt", "given"), textFile("file-4", "same.txt", "same")];
    const threadId = "thread_b";
    const input = `
import os
os.makedirs('plots/day')
open('plots/day/a.bin', 'wb').write(bytes(range(256)))
open('given.txt', 'a').write(' and more')
open('/tmp/elsewhere', 'w').write('no')
os.symlink('/lib/python314.zip', 'link')`;
    const { files: written } = await run(input, { files, threadId });
    expect(written).toEqual([
      { path: "/mnt/data/given.txt", bytes: new TextEncoder().encode("given and more") },
      { path: "/mnt/data/plots/day/a.bin", bytes: Uint8Array.from({ length: 256 }, (_, n) => n) },
    ]);
    expect((await run("open('given.txt').read()", { files, threadId })).files).toEqual([]);
  });
});

describe("sessions", () => {
  test("know nothing of one another", async () => {
    await run("secret = 1; open('secret.txt', 'w').write('s')", { threadId: "thread_a" });
    expect(await logs("secret", { threadId: "thread_b" })).toContain("NameError");
    expect(await logs("import os; 'secret.txt' in os.listdir('.')", { threadId: "thread_b" })).toBe("False\n");
  });

  test("that end are forgotten", async () => {
    await run("name = 1; open('a.txt', 'w').write('a')", { threadId: "thread_a" });
    await interpreter.endSession("thread_a");
    expect(await logs("import os; 'name' in globals(), os.listdir('.')", { threadId: "thread_a" })).toBe(
      "(False, [])\n",
    );
  });

  test("run one call at a time, in the order of the calls", async () => {
    const outputs = await Promise.all([logs("order = ['a']; order"), logs("order.append('b'); order"), logs("order")]);
    expect(outputs).toEqual(["['a']\n", "['a', 'b']\n", "['a', 'b']\n"]);
  });
});

test("getting ready ahead changes nothing but the wait", async () => {
  const ready = startPython();
  ready.interpreter.prewarm();
  expect(await ready.logs("import os; os.listdir('.')")).toBe("[]\n");
  ready.interpreter.prewarm();
  await ready.interpreter.close();
  await expect(ready.run("1")).rejects.toThrow("aborted");
});
