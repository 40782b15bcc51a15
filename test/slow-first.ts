import { readFileSync } from "node:fs";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Puts the files that say `// @module-tag slow` first. None of them is then what the end waits for; and most start processes, which takes the
 * longer the larger the worker has become.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const slow = new Set(
      files.filter(({ moduleId }) => readFileSync(moduleId, "utf8").startsWith("// @module-tag slow")),
    );
    // oxlint-disable-next-line unicorn/no-array-sort -- a method of its own
    const sorted = await super.sort(files);
    return [...sorted.filter((file) => slow.has(file)), ...sorted.filter((file) => !slow.has(file))];
  }
}
