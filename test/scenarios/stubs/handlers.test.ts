import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { context, file, open, project, run } from "./project.ts";

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
    ["never ends", "export default () => { begin(); return new Promise(() => {}); };"],
    ["is never loaded", "begin(); await new Promise(() => {}); export default () => 1;"],
    ["loops", "export default () => { begin(); for (;;); };"],
    ["loops while it is loaded", "begin(); for (;;); export default () => 1;"],
  ])("that %s is given up when the turn is over", async (_, text) => {
    const slow = `const begin = () => console.log("begun");\n${text}`;
    const root = await project({ "slow.ts": slow, "fine.ts": "export default () => 1;" });
    const over = new AbortController();
    const { handlers, printed } = open(root);
    const running = handlers.runHandler(file, "./slow.ts", {}, context(over.signal));
    running.catch(() => {});
    await expect.poll(() => printed.join("")).toContain("begun");
    over.abort();
    await expect(running).rejects.toThrow("did not finish before the turn was over");
    expect(await handlers.runHandler(file, "./fine.ts", {}, context())).toBe(1);
    expect(await handlers.close()).toEqual([]);
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
      "common.cts": 'export default (): string => "common";',
      "typed.mts": 'export default (): string => "typed";',
    });
    if (manifest !== null) await writeFile(join(root, "package.json"), manifest);
    const { handlers, printed } = open(root);
    const answers = [];
    for (const name of ["lookup.ts", "plain.js", "old.cjs", "common.cts", "typed.mts"])
      answers.push(await handlers.runHandler(file, `./${name}`, {}, context()));
    expect(answers).toEqual(["shop", "plain", "old", "common", "typed"]);
    expect(printed).toEqual([]);
  });

  test("is loaded once for a run of a scenario, and again for the next run", async () => {
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
    ["setTimeout(() => { throw new Error('too late'); }, 0); return new Promise(() => {})", "uncaught error"],
    ["void Promise.reject(new Error('too late')); return new Promise(() => {})", "uncaught error"],
    ["const all = []; for (;;) all.push(new Array(1e6).fill(Math.random()))", "MiB of memory"],
    ["const all = Buffer.alloc(600 * 1024 * 1024, 1); for (;;) all[0] += 1", "MiB of memory"],
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

  // An immediate of a call runs before the thread takes up another message.
  const breaking =
    "export default ({ wait }: any) => { if (wait) return new Promise(() => {}); setImmediate(() => { throw new Error('too late'); }); return 1; };";

  test("that breaks after it answered has answered, and the next call fails", async () => {
    const { handlers } = open(await project({ "lookup.ts": breaking }));
    expect(await handlers.runHandler(file, "./lookup.ts", {}, context())).toBe(1);
    await expect(handlers.runHandler(file, "./lookup.ts", { wait: true }, context())).rejects.toThrow("too late");
    expect(await handlers.close()).toEqual([]);
  });

  test("that breaks after its last answer is a problem of the run", async () => {
    const { handlers } = open(await project({ "lookup.ts": breaking }));
    expect(await handlers.runHandler(file, "./lookup.ts", {}, context())).toBe(1);
    expect(await handlers.close()).toMatchObject([{ code: "module_crashed" }]);
  });

  test("prints to the one who runs it, and never ends it by printing", async () => {
    const root = await project({ "lookup.ts": 'export default () => { console.log("one"); console.error("two"); };' });
    const { handlers, printed } = open(root);
    expect(await handlers.runHandler(file, "./lookup.ts", {}, context())).toBe(null);
    await expect.poll(() => printed.toSorted().join("")).toBe("one\ntwo\n");
  });
});
