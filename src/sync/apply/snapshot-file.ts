import path from "node:path";
import { fail } from "../../problem.ts";
import type { Live } from "../../resources/resource.ts";
import { writeWhole } from "../../kit/files.ts";

/** Keeps an object as the API gave it before it is changed, under `.playbill/snapshots/`; `now` is in milliseconds since 1970. */
export async function saveSnapshot(root: string, target: string, now: number, live: Live): Promise<void> {
  const time = new Date(now).toISOString().replaceAll(/[:.]/g, "-");
  const name = `${time}-${target}-${live.id.replaceAll(/[^\w-]/g, "_")}.json`;
  const folder = path.join(root, ".playbill", "snapshots");
  try {
    await writeWhole(path.join(folder, name), `${JSON.stringify(live.wire, null, 2)}\n`);
  } catch (error) {
    fail("snapshot_not_saved", `cannot keep a snapshot of ${live.id}: ${(error as Error).message}`, {
      hint: "It was not changed.",
    });
  }
}
