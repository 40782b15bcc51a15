import { asObject, numberOrNull } from "../../kit/json.ts";
import { sleep } from "../../kit/waiting.ts";
import { ProblemError, problem } from "../../problem.ts";
import { isNotFound } from "../failure.ts";
import type { StoreDeps } from "./batches.ts";
import { betaHeaders } from "../objects/lists.ts";
import { type StoreMember, readMembers, storePath } from "./members.ts";

/** Milliseconds without progress in indexing after which waiting is given up. */
export const indexingPatience = 600_000;
const firstPause = 50;
const longestPause = 5_000;
/** How often added files are looked for that the list does not show yet. */
const looks = 6;

interface Waiting {
  /** The ids of the running batches. */
  batches: readonly string[];
  /** The ids of the files to wait for. */
  files: ReadonlySet<string>;
  /** Called with the number of files that are indexed or have failed. */
  onDone(this: void, count: number): void;
}

/**
 * Waits until no file of a vector store is being indexed, and returns the result for each; those that the store does not show
 * are left out. Gives up, with files that are still in progress, when nothing has moved for `indexingPatience`.
 */
export async function awaitIndexed(
  deps: StoreDeps,
  storeId: string,
  { batches, files, onDone }: Waiting,
): Promise<Map<string, StoreMember>> {
  const { clock, signal } = deps;
  let open = batches;
  let most = -1;
  let movedAt = clock.now();
  let lookedFor = 0;
  for (let round = 0; ; round += 1) {
    await sleep(Math.min(longestPause, firstPause * 2 ** round), clock, signal);
    if (signal.aborted) throw stoppedWaiting(storeId);
    const counts = await Promise.all(open.map((id) => inProgress(deps, storeId, id)));
    open = open.filter((_, index) => counts[index] !== null);
    const isStuck = clock.now() - movedAt > indexingPatience;
    if (open.length > 0 && !isStuck) {
      note(files.size - counts.reduce<number>((sum, count) => sum + (count ?? 0), 0));
      continue;
    }
    const members = await membersAmong(deps, storeId, files);
    const settled = [...members.values()].filter(({ status }) => status !== "in_progress").length;
    note(settled);
    if (settled === files.size || isStuck) return members;
    // A list may lag behind earlier answers.
    lookedFor = settled === members.size ? lookedFor + 1 : 0;
    if (lookedFor >= looks) return members;
  }

  function note(done: number): void {
    if (done > most) movedAt = clock.now();
    most = Math.max(most, done);
    onDone(Math.max(0, most));
  }
}

function stoppedWaiting(storeId: string): ProblemError {
  const message = `stopped waiting for the files of the vector store ${storeId} to be indexed`;
  const hint = "The target continues to index them; the next run waits for the rest.";
  return new ProblemError([problem("interrupted", message, { hint })]);
}

/** The number of files of a batch that are not indexed yet; `null` when the batch has ended. */
async function inProgress({ call }: StoreDeps, storeId: string, batchId: string): Promise<number | null> {
  const what = `read the file batch ${batchId}`;
  const path = `${storePath(storeId)}/file_batches/${encodeURIComponent(batchId)}`;
  try {
    const batch = asObject(await call(what, (client) => client.get(path, betaHeaders), { isRepeatable: true }));
    if (batch.status !== "in_progress") return null;
    return numberOrNull(asObject(batch.file_counts).in_progress) ?? 0;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

async function membersAmong(
  deps: StoreDeps,
  storeId: string,
  files: ReadonlySet<string>,
): Promise<Map<string, StoreMember>> {
  const members = new Map<string, StoreMember>();
  for await (const member of readMembers(deps, storeId))
    if (files.has(member.fileId)) members.set(member.fileId, member);
  return members;
}
