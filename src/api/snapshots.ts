import { fail } from "../problem.ts";
import { hasSealed, openSealed } from "../sync/apply/sealed.ts";
import { readSnapshotKey, snapshotKeyVariable } from "../sync/apply/snapshot-key-file.ts";
import type { SnapshotPlace } from "../sync/apply/snapshot-file.ts";
import type { ProjectAtTarget } from "./planning.ts";
import type { Context } from "./context.ts";

/** Where objects of a target are kept before they are changed. */
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

/** An object of a snapshot as it was, what is encrypted in it included. Throws a ProblemError (`sealed_snapshot`) when the key is not there. */
export function openSnapshot({ env }: Pick<Context, "env">, root: string, object: unknown): unknown {
  if (!hasSealed(object)) return object;
  const key = readSnapshotKey(root, env[snapshotKeyVariable]);
  const opened = key === null ? null : openSealed(object, key);
  if (opened !== null) return opened;
  return fail("sealed_snapshot", "texts of this snapshot are encrypted, and not with the key that is here", {
    hint: `Set ${snapshotKeyVariable} to the passphrase that was set when it was made, or restore in the folder whose .playbill/snapshot.key made it.`,
  });
}
