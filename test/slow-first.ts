import { readFileSync } from "node:fs";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Puts the files first that say `// @module-tag slow`, so that none of them is what the end waits for; and then those that start processes: a
 * worker is copied for each, which takes the longer the more it has loaded.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- a method of its own
    const sorted = await super.sort(files);
    return [0, 1, 2].flatMap((rank) => sorted.filter(({ moduleId }) => rankOf(moduleId) === rank));
  }
}

function rankOf(file: string): number {
  const text = readFileSync(file, "utf8");
  if (text.startsWith("// @module-tag slow")) return 0;
  return /node:child_process|inject\("bin"\)|\/(?:processes|runner|spawn)\.ts"/.test(text) ? 1 : 2;
}
