import { join } from "node:path";
import { defineConfig } from "vitest/config";

// The tests of the built site: `npm run docs:test` builds it first.
export default defineConfig({
  cacheDir: join(import.meta.dirname, "../node_modules/.vite"),
  test: {
    root: import.meta.dirname,
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/chromium.ts"],
    execArgv: ["--disable-warning=ExperimentalWarning"],
    hookTimeout: 90_000,
    testTimeout: 90_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
