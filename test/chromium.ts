import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestProject } from "vitest/node";

// Tests of the report page need a browser: Debian's Chromium, or another Chromium that PLAYBILL_TEST_CHROMIUM names. Nothing is downloaded.

declare module "vitest" {
  interface ProvidedContext {
    /** Path of the browser's executable, `null` when there is none. */
    chromium: string | null;
  }
}

const leftOut =
  "The report page was not tested in a browser, as there is no Chromium. To do so: apt-get install chromium, or PLAYBILL_TEST_CHROMIUM=PATH npm run test:e2e";

/** Before the tests: finds Chromium. After them: says in a line what was left out without it. */
export function setup(project: TestProject): () => void {
  const chromium = findChromium(process.env);
  project.provide("chromium", chromium);
  return () => {
    const modules = project.vitest.state.getTestModules();
    if (chromium === null && modules.some(({ moduleId }) => moduleId.includes("/test/page/"))) console.log(leftOut);
  };
}

/** The named browser, else the one of the PATH. Throws when the named one cannot be started. */
function findChromium({ PLAYBILL_TEST_CHROMIUM: named, PATH = "" }: NodeJS.ProcessEnv): string | null {
  if (named === undefined)
    return (
      PATH.split(delimiter)
        .map((folder) => join(folder, "chromium"))
        .find(isExecutable) ?? null
    );
  if (named === "") return null;
  if (isExecutable(named)) return named;
  throw new Error(`PLAYBILL_TEST_CHROMIUM: ${named} is not a program that can be started`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
