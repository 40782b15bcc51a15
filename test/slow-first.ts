import { readFileSync } from "node:fs";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Puts end-to-end tests first, so that the end does not wait for one of them; then those that start processes, because a worker is copied for each,
 * which takes longer the more it has loaded. Those that use a browser come last: its client follows every promise of
 * the worker from then on, which slows down whatever runs there.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- a method of its own
    const sorted = await super.sort(files);
    return [0, 1, 2, 3].flatMap((rank) => sorted.filter(({ moduleId }) => rankOf(moduleId) === rank));
  }
}

function rankOf(file: string): number {
  const text = readFileSync(file, "utf8");
  if (/\.e2e\.|\/test\/(?:action|published)\//.test(file)) return 0;
  if (text.includes("describeInBrowser(")) return 3;
  return /node:child_process|inject\("bin"\)|\/(?:processes|runner|spawn)\.ts"/.test(text) ? 1 : 2;
}
