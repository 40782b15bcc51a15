import { fail } from "../problem.ts";
import { hasSealed, openSealed } from "../sync/apply/sealed.ts";
import { readSnapshotKey, snapshotKeyVariable } from "../sync/apply/snapshot-key-file.ts";
import type { SnapshotPlace } from "../sync/apply/snapshot-file.ts";
import type { ProjectAtTarget } from "./planning.ts";
import type { Context } from "./context.ts";

/** The place where a target's objects are saved before changes. */
export function snapshotPlace(
  { env, now, secrets }: Pick<Context, "env" | "now" | "secrets">,
  { project, scope }: Pick<ProjectAtTarget, "project" | "scope">,
): SnapshotPlace {
  return {
    root: project.root,
    target: scope.target,
    now: now(),
    passphrase: env[snapshotKeyVariable],
    isSecret: (text) => secrets.redact(text) !== text,
  };
}

/** The object in a snapshot, with encrypted texts decrypted. Throws a ProblemError (`sealed_snapshot`) without the right key. */
export function openSnapshot({ env }: Pick<Context, "env">, root: string, object: unknown): unknown {
  if (!hasSealed(object)) return object;
  const key = readSnapshotKey(root, env[snapshotKeyVariable]);
  const opened = key === null ? null : openSealed(object, key);
  if (opened !== null) return opened;
  return fail("sealed_snapshot", "texts of this snapshot are encrypted with another key", {
    hint: `Set ${snapshotKeyVariable} to the passphrase used when the snapshot was made, or restore it in the folder with the right .playbill/snapshot.key.`,
  });
}
