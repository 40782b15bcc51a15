import { stat } from "node:fs/promises";
import { ProblemError } from "../../problem.ts";
import type { Keys } from "../../server/http/keys.ts";
import { type KeptKey, readKeys } from "../key/key-file.ts";

/** Milliseconds after which a request makes the file be checked again. */
const lookEvery = 1_000;

/**
 * The keys of a file, reloaded after changes, so that a revoked key is refused within a second. A file that cannot be read,
 * for example during an edit, changes nothing; `tell` gets log messages. Rejects with a ProblemError when the file cannot be read at the start.
 */
export async function openKeyRing(file: string, now: () => number, tell: (message: string) => void): Promise<Keys> {
  let keys: readonly KeptKey[] = await readKeys(file);
  let version = await versionOf(file);
  let looked = now();
  let looking: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    const found = await versionOf(file);
    looked = now();
    if (found === version) return;
    version = found;
    try {
      const before = new Set(keys.map(({ name }) => name));
      keys = await readKeys(file);
      const names = new Set(keys.map(({ name }) => name));
      const changes = [
        ...[...names].filter((name) => !before.has(name)).map((name) => `+ ${name}`),
        ...[...before].filter((name) => !names.has(name)).map((name) => `- ${name}`),
      ];
      tell(`the API keys were reloaded: ${[`${keys.length} in all`, ...changes].join(", ")}`);
    } catch (error) {
      const why = error instanceof ProblemError ? error.problems[0]?.message : (error as Error).message;
      tell(`the API keys are unchanged: ${why}`);
    }
  };
  return async () => {
    if (now() - looked >= lookEvery) await (looking ??= look().finally(() => (looking = null)));
    return keys;
  };
}

/** Changes whenever the file does. */
async function versionOf(file: string): Promise<string> {
  const found = await stat(file, { bigint: true }).catch(() => null);
  return found === null ? "none" : [found.ino, found.size, found.mtimeNs].join();
}
