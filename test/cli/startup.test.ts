import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const bin = join(import.meta.dirname, "../../src/bin.ts");
const tracer = `import { registerHooks } from "node:module";
registerHooks({ load(url, context, next) { console.error("loaded " + url); return next(url, context); } });`;

function modulesLoadedBy(...argv: string[]): string[] {
  const { stderr, status } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(tracer)}`, bin, ...argv],
    {
      encoding: "utf8",
      cwd: join(import.meta.dirname, "../.."),
    },
  );
  expect(status).toBe(0);
  return stderr.split("\n").flatMap((line) => (line.startsWith("loaded ") ? [line.slice(7)] : []));
}

test.each([["--help"], ["validate"]])("%s loads neither the client, nor Python, nor the server", (...argv) => {
  const loaded = modulesLoadedBy(...argv);
  expect(loaded.some((url) => url.endsWith("/src/cli/main.ts"))).toBe(true);
  expect(
    loaded.filter((url) => /node_modules\/(openai|pyodide|hono|@hono)\/|\/src\/(server|targets)\//.test(url)),
  ).toEqual([]);
});

test("--version loads what it needs for that, and nothing else", () => {
  const files = modulesLoadedBy("--version").filter((url) => url.startsWith("file:"));
  expect(files.map((url) => url.slice(url.indexOf("/src/")))).toEqual([
    "/src/bin.ts",
    "/src/cli/node-version.ts",
    "/src/cli/package.ts",
  ]);
});

test("the real process prints its version and exits with 0", () => {
  const text = execFileSync(process.execPath, [bin, "--version"], { encoding: "utf8" });
  expect(text).toMatch(/^\d+\.\d+\.\d+\n$/);
});
