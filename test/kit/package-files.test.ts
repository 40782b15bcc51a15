import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, inject, test } from "vitest";
import { threadFile } from "../../src/kit/package-files.ts";

const source = join(import.meta.dirname, "../../src");

/** What is asked for as a thread, anywhere in the sources. */
const threads = globSync("**/*.ts", { cwd: source }).flatMap((file) =>
  [...readFileSync(join(source, file), "utf8").matchAll(/threadFile\("([^"]+)"\)/g)].map(([, path = ""]) => path),
);

test("what runs as a thread is there in the sources and in the built package", () => {
  expect(threads.length).toBeGreaterThan(2);
  for (const path of threads) {
    expect(existsSync(threadFile(path)), path).toBe(true);
    expect(existsSync(join(dirname(inject("bin")), `${path}.js`)), `${path} is an entry of scripts/bundle.ts`).toBe(
      true,
    );
  }
});
