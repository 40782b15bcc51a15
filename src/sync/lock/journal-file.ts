import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { writeWhole } from "../../kit/files.ts";
import { asList, asObject, asText, isObject, numberOrNull, parseJson, textOrNull } from "../../kit/json.ts";
import { fail } from "../../problem.ts";
import type { Intent } from "./recover.ts";

/**
 * What a sync from this working copy was about to write when it was interrupted before it could save the lock. Empty when nothing
 * was interrupted, or when the file cannot be read: then only the lock counts.
 */
export async function readJournal(root: string, target: string): Promise<Intent[]> {
  const text = await readFile(fileOf(root, target), "utf8").catch(() => "[]");
  return asList(parseJson(text))
    .filter(isObject)
    .map(({ owner, spec, rev, since, replaces, fields }) => ({
      owner: asText(owner),
      spec: asText(spec),
      rev: asText(rev),
      since: numberOrNull(since) ?? 0,
      replaces: textOrNull(replaces),
      fields: Object.fromEntries(Object.entries(asObject(fields)).map(([field, hash]) => [field, asText(hash)])),
    }));
}

/** Saves what is about to be written; an empty list removes the file. Throws a ProblemError when it cannot be saved. */
export async function writeJournal(root: string, target: string, intents: readonly Intent[]): Promise<void> {
  const file = fileOf(root, target);
  try {
    if (intents.length === 0) await rm(file, { force: true });
    else await writeWhole(file, `${JSON.stringify(intents, null, 2)}\n`);
  } catch (error) {
    fail("lock_not_saved", `cannot save ${file}: ${(error as Error).message}`, {
      hint: "Make the folder .playbill writable, and sync again.",
    });
  }
}

function fileOf(root: string, target: string): string {
  return path.join(root, ".playbill", `${target}.journal.json`);
}
