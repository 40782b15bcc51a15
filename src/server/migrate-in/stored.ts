import { canonicalJson } from "../../kit/json.ts";
import { assistants, files, messages, threads, vectorStoreFiles, vectorStores } from "../domain/kinds.ts";
import type { Store } from "../store/store.ts";
import type { Assistant } from "../wire/assistant.ts";
import type { Message } from "../wire/message.ts";
import type { Thread } from "../wire/thread.ts";
import { type Movable, type MovableKind, comparable } from "./exported.ts";

/** What a store has under the key of an object of an export, as the export would have it; `null` for nothing. */
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

/** True when what is stored is what the export has, as far as that does not change by itself. */
export function isSame(kind: MovableKind, stored: Movable[MovableKind], exported: Movable[MovableKind]): boolean {
  return canonicalJson(comparable(kind, stored)) === canonicalJson(comparable(kind, exported));
}
