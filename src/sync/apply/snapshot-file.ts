import path from "node:path";
import { fail } from "../../problem.ts";
import type { Live } from "../../resources/resource.ts";
import type { Field } from "../../resources/fields.ts";
import { sealTexts } from "./sealed.ts";
import { snapshotKey } from "./snapshot-key-file.ts";
import { writeWhole } from "../../kit/files.ts";

/** Where snapshots are kept, and what must not be in them in plain text. */
export interface SnapshotPlace {
  /** The project's folder. */
  root: string;
  target: string;
  /** Milliseconds since 1970. */
  now: number;
  /** A passphrase for what is encrypted; else there is a key file. */
  passphrase: string | undefined;
  isSecret: (text: string) => boolean;
}

/**
 * Keeps an object as the API gave it before it is changed, under `.playbill/snapshots/`. Secrets, and texts of the fields that held sensitive
 * values, are encrypted.
 */
export async function saveSnapshot(
  { root, target, now, passphrase, isSecret }: SnapshotPlace,
  live: Live,
  sensitive: readonly Field[],
): Promise<void> {
  const time = new Date(now).toISOString().replaceAll(/[:.]/g, "-");
  const name = `${time}-${target}-${live.id.replaceAll(/[^\w-]/g, "_")}.json`;
  const folder = path.join(root, ".playbill", "snapshots");
  try {
    const kept = sealTexts(live.wire, sensitive, isSecret, () => snapshotKey(root, passphrase));
    await writeWhole(path.join(folder, name), `${JSON.stringify(kept, null, 2)}\n`);
  } catch (error) {
    fail("snapshot_not_saved", `cannot keep a snapshot of ${live.id}: ${(error as Error).message}`, {
      hint: "It was not changed.",
    });
  }
}
