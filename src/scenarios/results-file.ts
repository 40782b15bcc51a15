import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { formatVersion } from "./reports/json.ts";
import type { ScenarioResult } from "./result.ts";

/** Results on disk, a JSON line each, in the order they came. The first line says which format it is. */
export interface ResultsFile {
  path: string;
  append(result: ScenarioResult): Promise<void>;
  close(): Promise<void>;
}

/** Creates `.playbill/runs/<runId>/results.jsonl` under the project's root. */
export async function createResultsFile(root: string, runId: string): Promise<ResultsFile> {
  const folder = join(root, ".playbill", "runs", runId);
  await mkdir(folder, { recursive: true });
  const path = join(folder, "results.jsonl");
  const file = await open(path, "wx");
  await file.appendFile(`${JSON.stringify({ format_version: formatVersion, run: runId })}\n`);
  return {
    path,
    append: async (result) => void (await file.write(`${JSON.stringify(result)}\n`)),
    close: () => file.close(),
  };
}
