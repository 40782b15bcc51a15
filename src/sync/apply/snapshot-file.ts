import path from "node:path";
import { fail } from "../../problem.ts";
import type { Live } from "../../resources/resource.ts";
import type { Field } from "../../resources/fields.ts";
import { sealTexts } from "./sealed.ts";
import { snapshotKey } from "./snapshot-key-file.ts";
import { asObject } from "../../kit/json.ts";
import { writeWhole } from "../../kit/files.ts";

/** Where snapshots are kept, and what must not be in them in plain text. */
export interface SnapshotPlace {
  /** The project's folder. */
  root: string;
  target: string;
  /** Milliseconds since 1970. */
  now: number;
  /** The passphrase for encryption; without one, a key file is used. */
  passphrase: string | undefined;
  isSecret: (text: string) => boolean;
}

/**
 * Saves an object as the API returned it, before it is changed, under `.playbill/snapshots/`. Secrets, and texts of the fields that held sensitive
 * values, are encrypted. The addresses of its ids, its own included, are noted under `playbill`: the ids may change later.
 */
export async function saveSnapshot(
  { root, target, now, passphrase, isSecret }: SnapshotPlace,
  live: Live,
  sensitive: readonly Field[],
  addresses: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const time = new Date(now).toISOString().replaceAll(/[:.]/g, "-");
  const name = `${time}-${target}-${live.id.replaceAll(/[^\w-]/g, "_")}.json`;
  const folder = path.join(root, ".playbill", "snapshots");
  try {
    const kept = sealTexts(live.wire, sensitive, isSecret, () => snapshotKey(root, passphrase));
    const named = [...textsIn(live.wire)].flatMap((text) => {
      const address = addresses.get(text);
      return address === undefined ? [] : [[text, address] as const];
    });
    const snapshot = {
      ...asObject(kept),
      ...(named.length > 0 && { playbill: { addresses: Object.fromEntries(named) } }),
    };
    await writeWhole(path.join(folder, name), `${JSON.stringify(snapshot, null, 2)}\n`);
  } catch (error) {
    fail("snapshot_not_saved", `cannot keep a snapshot of ${live.id}: ${(error as Error).message}`, {
      hint: "It was not changed.",
    });
  }
}

/** Every text of an object, each once. */
function textsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === "string") found.add(value);
  else if (typeof value === "object" && value !== null) for (const each of Object.values(value)) textsIn(each, found);
  return found;
}
