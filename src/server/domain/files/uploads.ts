import type { Services } from "../../services.ts";
import { kind, type Store } from "../../store/store.ts";
import { files } from "../kinds.ts";

/** An upload in progress, in this process or in another one on the same store. */
interface Upload {
  id: string;
  /** Milliseconds since 1970. */
  heard_at: number;
  /** Its owner, if another process may take it over. */
  holder?: string;
}
const uploads = kind<Upload>("upload");

type Needed = Pick<Services, "store" | "clock">;

/** How often an upload reports that it is alive, and after how long without a report it is considered lost; in milliseconds. */
const beat = 10_000;
const silence = 60_000;

/** An upload whose bytes are still arriving. */
export interface RunningUpload {
  /** Reports that it is alive. */
  heard(): Promise<void>;
  /** Ends it, in the transaction of `store`; `false` if it was considered lost in the meantime and its bytes were removed. */
  end(store: Store): Promise<boolean>;
}

/** Starts an upload under the id that its file will have. */
export async function beginUpload({ store, clock }: Needed, id: string): Promise<RunningUpload> {
  let last = clock.now();
  await store.insert(uploads, { id, heard_at: last });
  return {
    async heard() {
      const now = clock.now();
      if (now - last < beat) return;
      last = now;
      await store.replace(uploads, { id, heard_at: now });
    },
    end: (within) => within.remove(uploads, id),
  };
}

/** Another process took over an upload. */
export class UploadTaken extends Error {}

/** An upload under a given id; see `takeUpload`. */
export interface HeldUpload {
  /** Stores a part; rejects with `UploadTaken` if another process took over the upload. */
  append(part: Uint8Array): Promise<void>;
  /** Ends it, in the transaction of `store`; rejects in the same way. */
  end(store: Store): Promise<void>;
}

/**
 * Starts an upload under a given id from its first byte, even if another process started it: that process may have been killed, and if not, it loses
 * the upload at its next part. `null` if the file exists.
 */
export async function takeUpload(
  { store, clock, ids }: Needed & Pick<Services, "ids">,
  id: string,
): Promise<HeldUpload | null> {
  const holder = ids("upload_");
  const isHeld = async (within: Store): Promise<boolean> => (await within.get(uploads, id))?.holder === holder;
  const isTaken = await store.transaction(async (tx) => {
    if ((await tx.get(files, id)) !== null) return false;
    await tx.blobs.remove(id);
    const record: Upload = { id, heard_at: clock.now(), holder };
    if (!(await tx.replace(uploads, record))) await tx.insert(uploads, record);
    return true;
  });
  if (!isTaken) return null;
  return {
    append: (part) =>
      store.transaction(async (tx) => {
        if (!(await isHeld(tx))) throw new UploadTaken(id);
        await tx.replace(uploads, { id, heard_at: clock.now(), holder });
        await tx.blobs.append(id, part);
      }),
    async end(within) {
      if (!(await isHeld(within))) throw new UploadTaken(id);
      await within.remove(uploads, id);
    },
  };
}

/** Removes what a crash left behind: interrupted uploads, and bytes that belong neither to a file nor to an upload. */
export async function removeLeftovers(services: Needed): Promise<void> {
  const { store } = services;
  await removeLostUploads(services);
  // Bytes are stored before their file, and after their upload: what is read last may be newer, never older.
  const ids = await store.blobs.ids();
  const owners = [...(await store.all(uploads)), ...(await store.all(files))];
  const owned = new Set(owners.map(({ id }) => id));
  const lost = ids.filter((id) => !owned.has(id));
  if (lost.length === 0) return;
  await store.transaction(async (tx) => {
    for (const id of lost) if (!(await tx.get(files, id)) && !(await tx.get(uploads, id))) await tx.blobs.remove(id);
  });
}

/** Removes the bytes of interrupted uploads. */
export async function removeLostUploads({ store, clock }: Needed): Promise<void> {
  await store.transaction(async (tx) => {
    for (const { id, heard_at: heardAt } of await tx.all(uploads)) {
      if (heardAt >= clock.now() - silence) continue;
      await tx.blobs.remove(id);
      await tx.remove(uploads, id);
    }
  });
}
