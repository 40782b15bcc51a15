import type { TestProject } from "vitest/node";
import { setup as findChromium } from "../../test/chromium.ts";

/** Before the tests: finds Chromium, as for the report page. After them: says in a line what was left out without it. */
export function setup(project: TestProject): () => void {
  findChromium(project);
  return () => {
    if (project.getProvidedContext().chromium === null)
      console.log("The docs site was not tested in a browser, as there is no Chromium: apt-get install chromium");
  };
}
