import { canonicalJson } from "../../kit/json.ts";
import { assistants, files, messages, threads, vectorStoreFiles, vectorStores } from "../domain/kinds.ts";
import type { Store } from "../store/store.ts";
import type { Assistant } from "../wire/assistant.ts";
import type { Message } from "../wire/message.ts";
import type { Thread } from "../wire/thread.ts";
import { type Movable, type MovableKind, comparable } from "./exported.ts";

/** The stored object with the key of an exported one, in the form of the export; `null` for none. */
export async function storedOf(store: Store, kind: MovableKind, key: string): Promise<Movable[MovableKind] | null> {
  switch (kind) {
    case "vector_store.file":
      return (await store.get(vectorStoreFiles, key))?.file ?? null;
    case "vector_store": {
      const found = await store.get(vectorStores, key);
      return found === null ? null : { ...found, isExpired: false };
    }
    case "file":
      return store.get(files, key);
    case "assistant":
    case "thread":
    case "thread.message":
      return store.get<Assistant | Thread | Message>(plainKinds[kind], key);
  }
}

const plainKinds = { assistant: assistants, thread: threads, "thread.message": messages };

/** True when the stored object equals the exported one, apart from values that change automatically. */
export function isSame(kind: MovableKind, stored: Movable[MovableKind], exported: Movable[MovableKind]): boolean {
  return canonicalJson(comparable(kind, stored)) === canonicalJson(comparable(kind, exported));
}
