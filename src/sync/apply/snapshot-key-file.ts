import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The variable that holds a passphrase for snapshots; without it the key is in `.playbill/snapshot.key`. */
export const snapshotKeyVariable = "PLAYBILL_SNAPSHOT_KEY";

/** The key of a project's snapshots; `null` when there is none yet. */
export function readSnapshotKey(root: string, passphrase: string | undefined): Buffer | null {
  if (passphrase !== undefined && passphrase !== "") return createHash("sha256").update(passphrase).digest();
  try {
    const bytes = Buffer.from(readFileSync(keyPath(root), "utf8").trim(), "hex");
    return bytes.length === 32 ? bytes : null;
  } catch {
    return null;
  }
}

/** The key of a project's snapshots, created when there is none yet. Throws the system's error. */
export function snapshotKey(root: string, passphrase: string | undefined): Buffer {
  const known = readSnapshotKey(root, passphrase);
  if (known !== null) return known;
  mkdirSync(path.dirname(keyPath(root)), { recursive: true });
  // Another sync may have created it at the same time: the second one reads it.
  try {
    writeFileSync(keyPath(root), `${randomBytes(32).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const made = readSnapshotKey(root, passphrase);
  if (made === null) throw new Error(`${keyPath(root)} is not a key that Playbill wrote`);
  return made;
}

const keyPath = (root: string): string => path.join(root, ".playbill", "snapshot.key");
