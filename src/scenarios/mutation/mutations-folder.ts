import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../../kit/files.ts";
import { isObject, objectsOf, parseJson } from "../../kit/json.ts";
import type { LeftOutParagraph } from "../coverage/suite-coverage.ts";
import { mutationVersion, type MutationReport } from "./report.ts";

/** The file names that `newMutationId` creates; other files are not touched. */
const namePattern = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z\.json$/;
/** The number of reports that are kept, the newest. */
const kept = 50;

function folderOf(root: string): string {
  return join(root, ".playbill", "mutations");
}

/** A name for a new report; names sort by time. */
export function newMutationId(now: number): string {
  return new Date(now).toISOString().replaceAll(/[:.]/g, "-");
}

/** Writes a report, and deletes the oldest when there are too many. Returns its path. `.playbill/` must exist. */
export async function storeMutations(root: string, report: MutationReport): Promise<string> {
  await mkdir(folderOf(root), { recursive: true });
  const path = join(folderOf(root), `${report.id}.json`);
  await writeWhole(path, `${JSON.stringify(report)}\n`);
  const names = await namesIn(root);
  for (const name of names.slice(0, -kept)) await rm(join(folderOf(root), name), { force: true });
  return path;
}

/** The verdicts on paragraphs that were left out, each from the newest report of a target that judged it. Unreadable reports are skipped. */
export async function leftOutParagraphs(root: string, target: string): Promise<LeftOutParagraph[]> {
  const found = new Map<string, LeftOutParagraph>();
  for (const name of await namesIn(root)) {
    const report = parseJson(await readFile(join(folderOf(root), name), "utf8").catch(() => ""));
    if (!isObject(report) || report["format_version"] !== mutationVersion || report["target"] !== target) continue;
    for (const { paragraph: hash, status, assistants } of objectsOf(report["mutants"])) {
      if (typeof hash !== "string" || !Array.isArray(assistants) || status === "not_judged") continue;
      for (const assistant of assistants.map(String))
        found.set(JSON.stringify([assistant, hash]), { assistant, hash, isNoticed: status === "killed" });
    }
  }
  return [...found.values()];
}

async function namesIn(root: string): Promise<string[]> {
  const names = await readdir(folderOf(root)).catch(() => []);
  return names.filter((name) => namePattern.test(name)).toSorted();
}
