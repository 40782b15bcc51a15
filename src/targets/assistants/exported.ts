import { type JsonObject, asText, textOrNull } from "../../kit/json.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { Live } from "../../resources/resource.ts";
import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import { assistantFormat } from "./assistant-wire.ts";
import { vectorStoreFormat } from "./vector-stores/store-wire.ts";
import { readLive } from "./wire-format.ts";

/**
 * What an object of an export is: one of a kind that can be declared, a file, a file in a vector store, another object of the API, or nothing
 * that this API has.
 */
export type Exported =
  | { kind: "object"; live: Live }
  | { kind: "file"; id: string; filename: string }
  | { kind: "member"; storeId: string; fileId: string }
  | { kind: "other"; object: string }
  | { kind: "damaged" };

/**
 * Reads an object as an Assistants API listed it. One without an `object` counts as an assistant when it has a model, as bodies of requests
 * do; one without an id gets `id`.
 */
export function readExported(value: JsonObject, id: string): Exported {
  const { object = "assistant", filename, vector_store_id: storeId } = value;
  const named = { ...value, id: value.id ?? id };
  switch (object) {
    case "assistant":
      return asObjectOf(readLive(assistantKind.name, assistantFormat, named));
    case "vector_store":
      // Some servers do not count.
      return asObjectOf(readLive(vectorStoreKind.name, vectorStoreFormat, { file_counts: {}, ...named }));
    case "file":
      return { kind: "file", id: asText(named.id), filename: textOrNull(filename) ?? "" };
    case "vector_store.file":
      return typeof storeId === "string" ? { kind: "member", storeId, fileId: asText(named.id) } : { kind: "damaged" };
    default:
      return typeof object === "string" ? { kind: "other", object } : { kind: "damaged" };
  }
}

function asObjectOf(live: Live | null): Exported {
  return live === null ? { kind: "damaged" } : { kind: "object", live };
}
