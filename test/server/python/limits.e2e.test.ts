import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { startPython, textFile } from "./python.ts";

const quick = startPython({ timeLimit: 300 });
const { interpreter, run, logs } = startPython({ memoryLimit: 128, sessionLimit: 2 });
afterAll(() => Promise.all([quick.interpreter.close(), interpreter.close()]));

const timedOut = "[stopped: the time limit of 0.3 s was exceeded]\n";
const outOfMemory = "[the memory limit of 128 MiB was exceeded]\n";
const lost = "[the session was lost: variables are gone, files are kept]\n";

describe("a call that takes too long", () => {
  test.each(["while True: pass", "import time; time.sleep(60)"])(
    "%j is interrupted, and its session lives",
    async (input) => {
      await quick.run("alive = True");
      const traceback = await quick.logs(`print('before')\n${input}`);
      expect(traceback).toMatch(/^before\nTraceback/);
      expect(traceback).toContain(`KeyboardInterrupt\n${timedOut}`);
      expect(await quick.logs("alive")).toBe("True\n");
    },
  );

  test("and catches the interrupt is interrupted again, and its session lives", async () => {
    await quick.run("alive = True");
    const once = "try:\n  while True: pass\nexcept KeyboardInterrupt: print('caught')\nwhile True: pass";
    expect(await quick.logs(once)).toMatch(/^caught\nTraceback[^]*KeyboardInterrupt\n\[stopped/);
    expect(await quick.logs("alive")).toBe("True\n");
  });

  test("and ignores the interrupt loses its session, but not its files", async () => {
    const files = [textFile("file-1", "given.txt", "given")];
    const write =
      "import os; alive = True; os.mkdir('in'); open('in/written.txt', 'w').write('written'); open('given.txt', 'a').write('!')";
    await quick.run(write, { files });
    const stubborn =
      "import time; print('before', end='')\nwhile True:\n  try:\n    time.sleep(60)\n  except BaseException: pass";
    expect(await quick.logs(stubborn, { files })).toBe(`before\n${timedOut}${lost}`);
    const read = "'alive' in globals(), open('in/written.txt').read(), open('given.txt').read()";
    expect(await quick.logs(read, { files })).toBe("(False, 'written', 'given!')\n");
  });
});

describe("a signal", () => {
  test("stops the call it was given to, and the session lives", async () => {
    await run("alive = True");
    const stopped = run("while True: pass", { signal: AbortSignal.timeout(100) });
    await expect(stopped).rejects.toThrow(expect.objectContaining({ name: "TimeoutError" }));
    expect(await logs("alive")).toBe("True\n");
  });

  test("that was aborted before keeps the call from starting", async () => {
    await expect(run("started = True", { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
    expect(await logs("'started' in globals()")).toBe("False\n");
  });
});

test("a signal and closing do not wait for a start", async () => {
  // A folder of its own: without one, the interpreters of a process share an image, and a start may take no time.
  const cache = await mkdtemp(join(tmpdir(), "playbill-cold-"));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  const cold = startPython({ cache });
  const stop = new AbortController();
  const stopped = cold.run("1", { signal: stop.signal });
  const waiting = cold.run("1", { threadId: "thread_2" });
  const order: string[] = [];
  const noted = waiting.catch(({ name }: Error) => order.push(name));
  stop.abort(new Error("enough"));
  await expect(stopped).rejects.toThrow("enough");
  await cold.interpreter.close();
  order.push("closed");
  await noted;
  expect(order).toEqual(["closed", "AbortError"]);
});

test("output beyond the limit is counted, and a traceback still has room", async () => {
  const output = await logs("for n in range(50_000): print('x' * 9)\n1 / 0");
  expect(output.length).toBeLessThan(300_000);
  expect(output).toMatch(/^x{9}\n/);
  expect(output).toMatch(/ZeroDivisionError: division by zero\n\[\d+ more bytes of output left out\]\n$/);
});

describe("a call that takes too much memory", () => {
  test("fails with a MemoryError, and its session lives", async () => {
    const hog = await logs("alive = True; hog = []\nwhile True: hog.append('x' * 10_000_000)");
    expect(hog).toMatch(/MemoryError\n\[the memory limit of 128 MiB was exceeded\]\n$/);
    expect(await logs("hog.clear(); alive")).toBe("True\n");
  });

  test("for its files loses its session", async () => {
    const hog = "with open('/tmp/hog', 'wb') as file:\n  while True: file.write(b'x' * 10_000_000)";
    expect(await logs(hog)).toBe(`${outOfMemory}${lost}`);
  });
});

test("a crash loses the session and says so", async () => {
  expect(await logs("print('before')\nimport os; os._exit(1)")).toBe(`before\n[the interpreter crashed]\n${lost}`);
  expect(await logs("'back'")).toBe("'back'\n");
});

test("the session used longest ago ends when there are too many", async () => {
  for (const threadId of ["thread_a", "thread_1", "thread_b"]) await run("name = 1", { threadId });
  expect(await logs("'name' in globals()", { threadId: "thread_1" })).toBe("True\n");
  expect(await logs("'name' in globals()", { threadId: "thread_a" })).toBe("False\n");
});

test("a session that is not used ends, and closing ends a call under way", async () => {
  const brief = startPython({ idleLimit: 50 });
  await brief.run("name = 1");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await brief.logs("'name' in globals()")).toBe("False\n");
  const running = brief.logs("while True: pass");
  await new Promise((resolve) => setTimeout(resolve, 100));
  await brief.interpreter.close();
  expect(await running).toBe(`[the interpreter crashed]\n${lost}`);
});

test("closing stops a call with an AbortError while Python starts, and ends it later, at whatever moment", async () => {
  for (const delay of [0, 5, 20, 60]) {
    const { interpreter: closed, run: call } = startPython();
    const reason = call("while True: pass").then(
      () => "ended",
      ({ name }: Error) => name,
    );
    await sleep(delay);
    await closed.close();
    expect(["AbortError", "ended"]).toContain(await reason);
  }
});
