import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, inject, test } from "vitest";

const repository = join(import.meta.dirname, "../..");
/** Both shapes of Playbill: what Node runs here, and what is published. */
const shapes = [
  ["the sources", join(repository, "src/bin.ts")],
  ["the built package", inject("bin")],
] as const;

const tracer = `import { registerHooks } from "node:module";
registerHooks({ load(url, context, next) { console.error("loaded " + url); return next(url, context); } });`;

/** What a command line loads: packages by URL, modules of ours by path from the repository. */
function loadedBy(bin: string, ...argv: string[]): string[] {
  const { stderr, status } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(tracer)}`, bin, ...argv],
    { encoding: "utf8", cwd: repository },
  );
  expect(status, stderr).toBe(0);
  const own = pathToFileURL(dirname(bin)).href;
  const urls = [...stderr.matchAll(/^loaded (file:.+)$/gm)].map(([, url = ""]) => url);
  return urls.flatMap((url) => (url.startsWith(own) ? modulesIn(url) : [url]));
}

/** A file of sources is a module; one of the built package tells of which modules it is made. */
function modulesIn(url: string): string[] {
  const file = fileURLToPath(url);
  if (file.endsWith(".ts")) return [relative(repository, file)];
  return [...readFileSync(file, "utf8").matchAll(/^\/\/ (src\/.+\.ts)$/gm)].map(([, path = ""]) => path);
}

test.each(shapes.flatMap(([shape, bin]) => ["--help", "validate"].map((command) => [command, shape, bin])))(
  "%s of %s loads neither the client, nor Python, nor the server",
  (command, _, bin) => {
    const loaded = loadedBy(bin, command);
    expect(loaded).toContain("src/cli/main.ts");
    // What a dialect has no place for is a table, which warnings are made of.
    const heavy = /node_modules\/(openai|pyodide|hono|@hono)\/|^src\/(server|targets)\/(?!.*\blacks)/;
    expect(loaded.filter((each) => heavy.test(each))).toEqual([]);
  },
);

test.each(shapes)("--version of %s loads what it needs for that, and nothing else", (_, bin) => {
  expect(loadedBy(bin, "--version").toSorted()).toEqual([
    "src/bin.ts",
    "src/cli/node-version.ts",
    "src/cli/package.ts",
    "src/kit/package-files.ts",
  ]);
});

test.each(shapes)("the process of %s prints its version and exits with 0", (_, bin) => {
  const text = execFileSync(process.execPath, [bin, "--version"], { encoding: "utf8" });
  expect(text).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("the stack of a bug names modules of the sources, whichever shape runs", () => {
  const bug = 'Date.now = () => { throw new TypeError("a bug") }';
  for (const [, bin] of shapes) {
    const argv = ["--import", `data:text/javascript,${bug}`, bin, "plan"];
    const { stderr, status } = spawnSync(process.execPath, argv, { encoding: "utf8", cwd: repository });
    expect(stderr).toMatch(/TypeError: a bug\n[^]* at .*\bsrc\/[a-z/-]+\.ts/);
    expect(status).toBe(1);
  }
});
