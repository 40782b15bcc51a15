import { spawnSync } from "node:child_process";
import { expect, inject, test } from "vitest";
import { run, temporaryFolder } from "./run.ts";

const bin = inject("bin");

/** Tells on stderr, in order, what is loaded and what is asked of the embedded server. */
const tracer = `import { registerHooks } from "node:module";
registerHooks({ load(url, context, next) { console.error("loaded " + url); return next(url, context); } });
globalThis.Request = class extends Request {
  constructor(...given) { super(...given); console.error(this.method + " " + new URL(this.url).pathname); }
};`;

test("when the first conversation begins, everything is loaded and every assistant is created", async () => {
  await using folder = await temporaryFolder();
  await run(folder.path, ["init", "."]);
  await folder.write("assistants/other.yaml", "model: gpt-4o\n");
  await folder.write(
    "scenarios/other.yaml",
    "assistant: other\nturns: [{ user: Hi, script: [{ say: Hello }], expect: { reply: { contains: Hello } } }]\n",
  );
  const { stderr, status } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(tracer)}`, bin, "test", "-j", "1"],
    { encoding: "utf8", cwd: folder.path },
  );
  expect(status, stderr).toBe(0);
  const events = stderr.split("\n").filter((line) => /^(loaded|GET|POST|DELETE) /.test(line));
  const begin = events.indexOf("POST /v1/threads");
  expect(events.slice(0, begin).filter((line) => line === "POST /v1/assistants")).toHaveLength(2);
  const before = new Set(events.slice(0, begin).filter((line) => line.startsWith("loaded ")));
  const late = events.slice(begin).filter((line) => /^loaded |POST \/v1\/assistants/.test(line));
  expect(late.filter((line) => !before.has(line))).toEqual([]);
});
