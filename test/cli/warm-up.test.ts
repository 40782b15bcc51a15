import { spawnSync } from "node:child_process";
import { expect, inject, test } from "vitest";
import { run, temporaryFolder } from "./run.ts";

const bin = inject("bin");

/** Tells on stderr, in order, what is loaded and what is posted to the embedded server: each request reads its URL, and says how long its body is. */
const tracer = `import { registerHooks } from "node:module";
registerHooks({ load(url, context, next) { console.error("loaded " + url); return next(url, context); } });
let path = "";
globalThis.URL = class extends URL { constructor(...given) { super(...given); path = this.pathname; } };
const { set } = Headers.prototype;
Headers.prototype.set = function (name, value) {
  if (name === "content-length") console.error("posted " + path);
  return set.call(this, name, value);
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
  const events = stderr.split("\n").filter((line) => /^(loaded|posted) /.test(line));
  const begin = events.indexOf("posted /v1/threads");
  expect(events.slice(0, begin).filter((line) => line === "posted /v1/assistants")).toHaveLength(2);
  const before = new Set(events.slice(0, begin).filter((line) => line.startsWith("loaded ")));
  const late = events.slice(begin).filter((line) => /^loaded |^posted \/v1\/assistants$/.test(line));
  expect(late.filter((line) => !before.has(line))).toEqual([]);
});
