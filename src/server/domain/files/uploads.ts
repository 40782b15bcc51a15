import type { Services } from "../../services.ts";
import { kind } from "../../store/store.ts";
import { files } from "../../wire/file.ts";

/** An upload that goes on, in this process or in another one on the same store. */
interface Upload {
  id: string;
  /** Milliseconds since 1970. */
  heard_at: number;
}
const uploads = kind<Upload>("upload");

type Needed = Pick<Services, "store" | "blobs" | "clock">;

/** How often an upload says that it goes on, and after what silence it is taken for lost; in milliseconds. */
const beat = 10_000;
const silence = 60_000;

/** An upload, for as long as its bytes come. */
export interface RunningUpload {
  /** Says that it goes on. */
  heard(): void;
  /** `false` when it was taken for lost meanwhile, and its bytes with it. */
  end(): boolean;
}

/** Begins an upload under the id that its file will have. */
export function beginUpload({ store, clock }: Needed, id: string): RunningUpload {
  let last = clock.now();
  store.insert(uploads, { id, heard_at: last });
  return {
    heard() {
      const now = clock.now();
      if (now - last < beat) return;
      last = now;
      store.replace(uploads, { id, heard_at: now });
    },
    end: () => store.remove(uploads, id),
  };
}

/** Removes the bytes of uploads that were cut off. */
export function removeLostUploads({ store, blobs, clock }: Needed): void {
  store.transaction(() => {
    const lost = store.all(uploads).filter(({ heard_at: heardAt }) => heardAt < clock.now() - silence);
    for (const { id } of lost) {
      blobs.remove(id);
      store.remove(uploads, id);
    }
  });
}

/** Removes bytes that belong neither to a file nor to an upload. */
export function removeStrayBytes({ store, blobs }: Needed): void {
  store.transaction(() => {
    for (const id of blobs.ids()) if (!store.get(files, id) && !store.get(uploads, id)) blobs.remove(id);
  });
}
