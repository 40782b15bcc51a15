import path from "node:path";
import { parseHolder } from "../../kit/holder.ts";
import { takeLockFile } from "../../kit/lock-file.ts";
import { fail } from "../../problem.ts";

/**
 * Prevents other Playbill processes on this working copy from syncing the same target until it is disposed. A lock that a
 * dead process left is taken over; `force` breaks any. Throws a ProblemError (`target_busy`) while another process has it.
 */
export async function acquireAdvisoryLock(root: string, target: string, force: boolean): Promise<AsyncDisposable> {
  const taken = await takeLockFile(path.join(root, ".playbill", `${target}.busy`), { force });
  return taken.kind === "held" ? taken.lock : refuse(target, taken.by);
}

function refuse(target: string, found: string): never {
  const holder = parseHolder(found);
  const who = holder === null ? "another process" : `process ${holder.pid} on ${holder.host}`;
  return fail("target_busy", `${who} is syncing ${target} from this working copy`, {
    hint: "Wait until it finishes. If it is no longer running, use --force-unlock.",
  });
}
