import { readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { WrittenHandler } from "../../../src/project/schemas/tool.ts";
import { type Handlers, createHandlers } from "../../../src/scenarios/stubs/handlers.ts";
import type { HandlerContext } from "../../../src/scenarios/stubs/context.ts";
import { folder } from "../folder.ts";

const file = "assistants/tools/lookup.yaml";
const environment = { PATH: process.env["PATH"], SHOP: "main" };

function context(signal = new AbortController().signal): HandlerContext {
  return { signal, call: { name: "lookup", id: "call_1", number: 2 }, turn: { number: 3, id: null } };
}

/** A project with these files beside the tool. */
function project(files: Record<string, string> = {}): Promise<string> {
  const beside = Object.entries(files).map(([name, text]) => [`assistants/tools/${name}`, text]);
  return folder({ [file]: "", ...(Object.fromEntries(beside) as Record<string, string>) });
}

/** The handlers of one run of a scenario; `printed` is what modules printed. */
function open(root: string, run = { scenario: "late", attempt: 1 }): { handlers: Handlers; printed: string[] } {
  const printed: string[] = [];
  const source = createHandlers({ root, env: environment, print: (text) => void printed.push(text) });
  const handlers = source.open(run);
  onTestFinished(async () => void (await handlers.close()));
  return { handlers, printed };
}

const run = (root: string, handler: WrittenHandler, args: unknown = {}, signal?: AbortSignal) =>
  open(root).handlers.runHandler(file, handler, args, context(signal));

describe("a module", () => {
  test("gets the arguments and what it may know; TypeScript runs as it is", async () => {
    const root = await project({
      "lookup.ts": `interface Args { id: string }
export default async ({ id }: Args, { env, call, turn, signal, scenario, attempt }: any) =>
  ({ id, shop: env.SHOP, call: call.number, turn: turn.number, aborted: signal.aborted, scenario, attempt });`,
    });
    expect(await run(root, "./lookup.ts", { id: "A" })).toEqual({
      id: "A",
      shop: "main",
      call: 2,
      turn: 3,
      aborted: false,
      scenario: "late",
      attempt: 1,
    });
  });

  test.each([
    ["./none.ts", "handler_not_found"],
    ["./named.ts", "handler_without_default_export"],
    ["./broken.ts", "handler_not_loaded"],
    ["./stray.ts", "handler_not_loaded"],
    ["./throws.ts", "handler_not_loaded"],
    ["../../../../../../../etc/hostname", "handler_outside_project"],
    ["./link.ts", "handler_outside_project"],
  ])("%s is refused", async (module, code) => {
    const root = await project({
      "named.ts": "export const lookup = 1;",
      "broken.ts": "export default (",
      "stray.ts": 'import "there-is-no-such-package"; export default () => 1;',
      "throws.ts": 'throw new Error("no key"); export default () => 1;',
    });
    await symlink("/etc/hostname", join(root, "assistants/tools/link.ts"));
    await expect(run(root, module)).rejects.toMatchObject({ problems: [{ kind: "input", code }] });
  });

  test.each([
    ["never ends", "export default () => new Promise(() => {});"],
    ["is never loaded", "await new Promise(() => {}); export default () => 1;"],
    ["loops", "export default () => { for (;;); };"],
    ["loops while it is loaded", "for (;;); export default () => 1;"],
  ])("that %s is given up when the turn is over", async (_, text) => {
    const root = await project({ "slow.ts": text });
    const over = new AbortController();
    const running = run(root, "./slow.ts", {}, over.signal);
    setTimeout(() => over.abort(), 50);
    await expect(running).rejects.toThrow("did not finish before the turn was over");
  });

  test.each([
    ["nothing", null],
    ["a package of CommonJS", '{ "type": "commonjs" }'],
    ["a package of modules", '{ "type": "module" }'],
    ["a package without a type", "{}"],
  ])("of TypeScript or JavaScript is loaded by what is written in it, in %s", async (_, manifest) => {
    const root = await project({
      "lookup.ts": 'import { place } from "./place.ts";\nexport default (): string => place;',
      "place.ts": 'import type { Place } from "./types.ts";\nexport const place: Place = "shop";',
      "types.ts": "export type Place = string;",
      "plain.js": 'export { place as name } from "./place.ts";\nexport default () => "plain";',
      "old.cjs": 'module.exports = () => "old";',
      "typed.mts": 'export default (): string => "typed";',
    });
    if (manifest !== null) await writeFile(join(root, "package.json"), manifest);
    const { handlers, printed } = open(root);
    const answers = [];
    for (const name of ["lookup.ts", "plain.js", "old.cjs", "typed.mts"])
      answers.push(await handlers.runHandler(file, `./${name}`, {}, context()));
    expect(answers).toEqual(["shop", "plain", "old", "typed"]);
    expect(printed).toEqual([]);
  });

  test("is loaded once for a run of a scenario, and anew for the next run", async () => {
    const root = await project({ "count.ts": "let calls = 0;\nexport default () => (calls += 1);" });
    const [one, other] = [open(root), open(root, { scenario: "late", attempt: 2 })];
    const counts = [];
    for (const { handlers } of [one, one, other, one])
      counts.push(await handlers.runHandler(file, "./count.ts", {}, context()));
    expect(counts).toEqual([1, 2, 1, 3]);
  });

  test("that fails names its error, the line and the calls that led there", async () => {
    const root = await project({
      "lookup.ts": 'import { price } from "./price.ts";\n\nexport default () => {\n  return price();\n};',
      "price.ts": "export const price = () => {\n  return missing.price;\n};",
    });
    await expect(run(root, "./lookup.ts")).rejects.toMatchObject({
      message: "ReferenceError: missing is not defined",
      place: { file: "assistants/tools/price.ts", line: 2 },
      trace: [
        "ReferenceError: missing is not defined",
        "    at price (assistants/tools/price.ts:2:3)",
        "    at default (assistants/tools/lookup.ts:4:10)",
      ],
    });
  });

  test.each([
    ["process.exit(3)", "process.exit(3) was called"],
    ["setTimeout(() => { throw new Error('too late'); }, 0); return new Promise(() => {})", "nobody caught"],
    ["void Promise.reject(new Error('too late')); return new Promise(() => {})", "nobody caught"],
    ["const all = []; for (;;) all.push(new Array(1e6).fill(Math.random()))", "MiB of memory"],
    ["return new Array(60_000_000).fill(0.5)", "MiB of memory"],
    ["return 'x'.repeat(9 * 1024 * 1024)", "characters of JSON"],
    ["return 10n", "BigInt"],
  ])("that does %s fails its call, and the next call is answered", async (code, words) => {
    const root = await project({
      "lookup.ts": `export default ({ wrong }: any) => { if (wrong) { ${code}; } return "fine"; };`,
    });
    const { handlers } = open(root);
    await expect(handlers.runHandler(file, "./lookup.ts", { wrong: true }, context())).rejects.toThrow(words);
    expect(await handlers.runHandler(file, "./lookup.ts", {}, context())).toBe("fine");
  });

  test("that breaks after it answered is a problem of the run", async () => {
    const broken = "setTimeout(() => { throw new Error('too late'); }, 0); return 1";
    const root = await project({
      "lookup.ts": `export default ({ wait }: any) => { if (wait) return new Promise(() => {}); ${broken}; };`,
    });
    const { handlers } = open(root);
    expect(await handlers.runHandler(file, "./lookup.ts", {}, context())).toBe(1);
    // Waits for the event that a test can see: a second call meets the thread that broke.
    await expect(handlers.runHandler(file, "./lookup.ts", { wait: true }, context())).rejects.toThrow("too late");
  });

  test("prints to the one who runs it, and never ends it by printing", async () => {
    const root = await project({ "lookup.ts": 'export default () => { console.log("one"); console.error("two"); };' });
    const { handlers, printed } = open(root);
    expect(await handlers.runHandler(file, "./lookup.ts", {}, context())).toBe(null);
    await expect.poll(() => printed.join("")).toMatch(/one\n/);
    expect(printed.join("")).toMatch(/two\n/);
  });
});

describe("a program", () => {
  const node = (code: string): string[] => [process.execPath, "-e", code];

  test("reads arguments from stdin and prints the result, in the folder of the file that names it", async () => {
    const root = await project({
      "echo.mjs":
        'import { text } from "node:stream/consumers"; console.log(JSON.stringify({ got: JSON.parse(await text(process.stdin)), shop: process.env.SHOP }))',
    });
    expect(await run(root, { command: [process.execPath, "./echo.mjs"] }, { id: "A" })).toEqual({
      got: { id: "A" },
      shop: "main",
    });
  });

  test.each([
    ["that fails", node("console.error('no stock'); process.exit(3)"), "ended with 3: no stock"],
    ["that prints something else", node("console.log('hello')"), "did not print JSON: hello"],
    ["that prints without end", ["yes", "hello"], "printed more than 8 MiB on stdout"],
  ])("%s is an error", async (_, command, words) => {
    await expect(run(await project(), { command })).rejects.toThrow(words);
  });

  test("in Python that raises names its error, and the line of the innermost file", async () => {
    const root = await project({
      "policy.py": "from prices import price\n\nprice({'id': 1})\n",
      "prices.py": `def price(order):\n    ${"# ".padEnd(400, "x")}\n    return order["price"]\n`,
    });
    await expect(run(root, { command: ["python3", "policy.py"] })).rejects.toMatchObject({
      message: "python3 ended with 1: KeyError: 'price'",
      place: { file: expect.stringMatching(/prices\.py$/) as string, line: 3 },
      trace: expect.arrayContaining(["KeyError: 'price'"]) as string[],
    });
  });

  test("named with ./ has a place without it", async () => {
    const root = await project({ "policy.py": "raise KeyError('price')\n" });
    await expect(run(root, { command: ["python3", "./policy.py"] })).rejects.toMatchObject({
      place: { file: expect.stringMatching(/^(?!.*\/\.\/).*policy\.py$/) as string, line: 1 },
    });
  });

  test("that is not there is a problem of the project", async () => {
    await expect(run(await project(), { command: ["./none"] })).rejects.toMatchObject({
      problems: [{ code: "handler_not_found" }],
    });
  });

  test("that takes too long is killed with everything it started", async () => {
    const root = await project();
    const marker = join(root, "alive");
    const child = `setInterval(() => require('fs').appendFileSync(${JSON.stringify(marker)}, 'x'), 20)`;
    const parent = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' }); setInterval(() => {}, 1000)`;
    await expect(run(root, { command: node(parent), timeout: "700ms" })).rejects.toThrow("took longer than 700ms");
    const before = await readFile(marker, "utf8");
    await sleep(150);
    expect(before.length).toBeGreaterThan(0);
    expect(await readFile(marker, "utf8")).toBe(before);
  });
});

describe("an endpoint", () => {
  async function endpoint(): Promise<string> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on("data", (chunk: Buffer) => chunks.push(chunk))
        .on("end", () => {
          if (request.url === "/slow") return;
          response.statusCode = request.url === "/fails" ? 503 : 200;
          const { method, url, headers } = request;
          const body = Buffer.concat(chunks).toString();
          response.end(url === "/text" ? "hello" : JSON.stringify({ method, url, body, key: headers["x-key"] }));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test("gets the arguments as a body, or as a query", async () => {
    const url = await endpoint();
    const root = await project();
    expect(await run(root, { http: { url: `${url}/x`, headers: { "x-key": "k" } } }, { id: "A" })).toEqual({
      method: "POST",
      url: "/x",
      body: '{"id":"A"}',
      key: "k",
    });
    expect(await run(root, { http: { url: `${url}/x`, method: "GET" } }, { id: "A", n: 2 })).toMatchObject({
      method: "GET",
      url: "/x?id=A&n=2",
      body: "",
    });
  });

  test.each([
    ["/fails", "answered 503"],
    ["/text", "did not answer JSON: hello"],
    ["/slow", "took longer than 100ms"],
  ])("%s is an error", async (path, words) => {
    const url = await endpoint();
    await expect(run(await project(), { http: { url: `${url}${path}` }, timeout: "100ms" })).rejects.toThrow(words);
  });

  test("that is not there is an error that says so", async () => {
    await expect(run(await project(), { http: { url: "http://127.0.0.1:9/" } })).rejects.toThrow(
      "could not be reached",
    );
  });
});
