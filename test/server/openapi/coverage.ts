import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { eventNames, operations } from "./document.ts";

/** What no operation brings by itself: a wrong key, too much of something, too many requests, our own fault. */
const anywhere = ["401", "413", "429", "500"];

/**
 * After a run of all tests, fails unless together they saw the whole API: every operation answer, and refuse where it can refuse, and every
 * event of a stream. When only some tests are run, nothing is asked of them.
 */
export function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "playbill-seen-"));
  const file = join(folder, "seen");
  process.env["PLAYBILL_CONTRACT_SEEN"] = file;
  return async () => {
    const seen = new Set(existsSync(file) ? readFileSync(file, "utf8").split("\n") : []);
    rmSync(folder, { recursive: true });
    if (!(await ranEverything(project))) return;
    const needed = [...operations.flatMap(answersOf), ...eventNames.map((name) => `event ${name}`)];
    const statuses = new Set([...seen].map((line) => line.split(" ").at(-1)));
    const missing = [
      ...needed.filter((each) => !seen.has(each)),
      ...anywhere.filter((status) => !statuses.has(status)).map((status) => `any operation ${status}`),
    ];
    console.log(report(needed.length + anywhere.length, missing));
    if (missing.length > 0) process.exitCode = 1;
  };
}

/** 200 always, 404 where an id can lead nowhere, 400 where a body can be wrong. */
function answersOf({ id, path, bodies }: (typeof operations)[number]): string[] {
  return [
    `${id} 200`,
    ...(path.includes("{") ? [`${id} 404`] : []),
    ...(Object.keys(bodies).length > 0 ? [`${id} 400`] : []),
  ];
}

async function ranEverything(project: TestProject): Promise<boolean> {
  const { testFiles } = await project.globTestFiles();
  const ran = new Set(project.vitest.state.getTestModules().map(({ moduleId }) => moduleId));
  return project.config.testNamePattern === undefined && testFiles.every((each) => ran.has(each));
}

function report(needed: number, missing: string[]): string {
  const head = `API seen by the tests: ${needed - missing.length} of ${needed} answers and events`;
  return missing.length === 0 ? head : [`${head}; never seen:`, ...missing.map((each) => `  ${each}`)].join("\n");
}
