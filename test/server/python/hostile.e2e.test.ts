import { afterAll, describe, expect, test } from "vitest";
import { startPython, textFile } from "./python.ts";

const { interpreter, run, logs } = startPython({ memoryLimit: 128 });
afterAll(() => interpreter.close());

describe("what a call leaves running", () => {
  test.each([
    "asyncio.ensure_future(spin())",
    "[asyncio.ensure_future(spin()) for _ in range(100)]",
    "asyncio.get_event_loop().call_soon(again)",
    "asyncio.get_event_loop().call_later(0.001, again)",
    "asyncio.ensure_future(stubborn())",
  ])("%s is stopped when the call ends", async (leave) => {
    await run(
      `
import asyncio
counts = [0]
async def spin():
    while True:
        counts[0] += 1
        await asyncio.sleep(0)
async def stubborn():
    while True:
        try:
            counts[0] += 1
            await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            pass
def again():
    counts[0] += 1
    asyncio.get_event_loop().call_later(0, again)
${leave}
await asyncio.sleep(0.02)
before = None`,
    );
    const counted = async () => Number(await logs("counts[0]"));
    const after = await counted();
    expect(after).toBeGreaterThan(0);
    expect(await logs("await asyncio.sleep(0.05)")).toBe("");
    expect(await counted()).toBe(after);
  });

  test("is said to the model, and awaited work is not touched", async () => {
    const left = await logs("import asyncio\nleft = asyncio.ensure_future(asyncio.sleep(60))\n'done'");
    expect(left).toBe(
      "'done'\nNote: stopped at the end of the code: 1 asyncio task(s). Await tasks that have to finish.\n",
    );
    expect(await logs("await asyncio.gather(*[asyncio.sleep(0.01, n) for n in range(3)])")).toBe("[0, 1, 2]\n");
  });
});

describe("what comes out of the sandbox", () => {
  // One session for all: what the test before replaced is put back.
  const replace = (name: string, value: string) =>
    run(`
import playbill_runner as runner
own = globals().setdefault('own', (runner.take_files, runner.take_images))
runner.take_files, runner.take_images = own
runner.${name} = lambda: ${value}`);
  test.each([
    ["take_files", "[('/mnt/data/%d' % n, b'x') for n in range(150_000)]", 64, 0],
    ["take_files", "[('/mnt/data/a', 'text'), ('/mnt/data/b', None), ('/mnt/data/c', [1])]", 0, 0],
    ["take_files", "['/mnt/data/a', 7, None, {}, ('/mnt/data/b',)]", 0, 0],
    ["take_files", "[('/etc/passwd', b'x'), ('/mnt/data/../x', b'x'), ('/mnt/data/a\\nb', b'x'), (7, b'x')]", 0, 0],
    ["take_files", "[0] * 20_000_000", 0, 0],
    ["take_files", "[('/mnt/data/1', b'x' * 101 * 1024 * 1024)]", 0, 0],
    ["take_files", "{'a': 1}", 0, 0],
    ["take_files", "7", 0, 0],
    ["take_files", "1 / 0", 0, 0],
    ["take_images", "[b'<svg/>', 'text', None]", 0, 0],
    ["take_images", "[b'\\x89PNG\\r\\n\\x1a\\n'] * 1000", 0, 32],
  ])("is checked outside: %s gives %s", async (name, value, files, images) => {
    const result = await replace(name, value);
    expect(result.files.length).toBe(files);
    expect(result.images.length).toBe(images);
    for (const { path, bytes } of result.files) {
      expect(path).toMatch(/^\/mnt\/data\/\d+$/);
      expect(bytes).toBeInstanceOf(Uint8Array);
    }
    expect(await logs("1 + 1")).toContain("2\n");
  });
});

test("objects of JavaScript without end cost the session, and never the process", async () => {
  await interpreter.endSession("thread_1");
  const hog = "from pyodide.ffi import to_js\nkept = []\nwhile True: kept.append(to_js(['é' * 1_000_000]))";
  expect(await logs(hog)).toBe(
    "[the memory limit of 128 MiB was exceeded]\n[the session was lost: variables are gone, files are kept]\n",
  );
  expect(await logs("'back'")).toBe("'back'\n");
});

test("a file is found under its name and under its id, and is one file", async () => {
  const files = [textFile("file-1", "data.csv", "1,2"), textFile("file-2", "data.csv", "3,4")];
  const read =
    "print(open('/mnt/data/data.csv').read(), open('/mnt/data/file-1').read(), open('/mnt/data/file-2').read())";
  expect(await logs(read, { files })).toBe("1,2 1,2 3,4\n");
  const written = await run("open('/mnt/data/file-1', 'a').write(',3')", { files });
  expect(written.files.map(({ path }) => path)).toEqual(["/mnt/data/data.csv"]);
  await logs("import os; os._exit(1)", { files });
  expect(await logs("print(open('/mnt/data/file-1').read(), open('/mnt/data/file-2').read())", { files })).toBe(
    "1,2,3 3,4\n",
  );
});
