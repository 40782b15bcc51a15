import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/server/openapi/coverage.ts",
    execArgv: ["--disable-warning=ExperimentalWarning"],
    // No module keeps state between tests, so test files share their workers: that halves the time.
    isolate: false,
    testTimeout: 30_000,
  },
});
