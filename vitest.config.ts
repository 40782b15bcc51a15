import { defineConfig } from "vitest/config";
import { SlowFirst } from "./test/slow-first.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: [
      "test/temporary.ts",
      "test/built-package.ts",
      "test/chromium.ts",
      "test/server/openapi/coverage.ts",
      "test/python-image.ts",
      "test/postgres-setup.ts",
    ],
    sequence: { sequencer: SlowFirst },
    // All cores are busy with tests: threads that collect garbage, or optimize what runs a few times, would only add to the work.
    execArgv: [
      "--disable-warning=ExperimentalWarning",
      "--single-threaded-gc",
      "--invocation-count-for-turbofan=30000",
    ],
    // No module keeps state between tests, so test files share their workers: that halves the time.
    isolate: false,
    // Much of the time is spent waiting for processes and timers, so more workers than processors pay.
    maxWorkers: 3,
    hookTimeout: 90_000,
    testTimeout: 90_000,
    // What is waited for comes soon, but how soon is the machine's affair.
    expect: { poll: { timeout: 60_000 } },
  },
});
