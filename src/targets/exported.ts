import { type JsonObject, asText, canonicalJson, textOrNull } from "../kit/json.ts";
import { assistantKind } from "../resources/assistant/kind.ts";
import type { Live } from "../resources/resource.ts";
import { vectorStoreKind } from "../resources/vector-store/kind.ts";
import { assistantFormat } from "./assistants/assistant-wire.ts";
import { vectorStoreFormat } from "./vector-stores/store-wire.ts";
import { readLive } from "./objects/wire-format.ts";

/**
 * The kind of an object in an export: a declarable object, a file, a file in a vector store, another object of the API, or nothing
 * of this API.
 */
export type Exported =
  | { kind: "object"; live: Live }
  | { kind: "file"; id: string; filename: string }
  | { kind: "member"; storeId: string; fileId: string }
  | { kind: "other"; object: string }
  | { kind: "damaged" };

/**
 * Reads an object as an Assistants API listed it. One without `object` counts as an assistant when it has a model, like the body of a request;
 * one without an id gets `id`.
 */
export function readExported(value: JsonObject, id: string): Exported {
  const { object = "assistant", filename, vector_store_id: storeId } = value;
  const named = { ...value, id: value.id ?? id };
  switch (object) {
    case "assistant":
      return asObjectOf(readLive(assistantKind.name, assistantFormat, named));
    case "vector_store":
      // Some servers leave out the counts.
      return asObjectOf(readLive(vectorStoreKind.name, vectorStoreFormat, { file_counts: {}, ...named }));
    case "file":
      return { kind: "file", id: asText(named.id), filename: textOrNull(filename) ?? "" };
    case "vector_store.file":
      return typeof storeId === "string" ? { kind: "member", storeId, fileId: asText(named.id) } : { kind: "damaged" };
    default:
      return typeof object === "string" ? { kind: "other", object } : { kind: "damaged" };
  }
}

/** The keys that the API adds to an object's spec. */
const ofServer = ["id", "object", "created_at"];
const known: Readonly<Record<string, readonly string[]>> = {
  assistant: ["name", "description", "model", "instructions", "tools", "tool_resources", "temperature", "top_p"].concat(
    ["response_format", "reasoning_effort", "metadata", "request", "fingerprint"],
    ofServer,
  ),
  vector_store: ["name", "status", "usage_bytes", "bytes", "file_counts", "expires_after", "expires_at"].concat(
    ["last_active_at", "metadata"],
    ofServer,
  ),
};

/** The keys of an object that Playbill does not know, with their values; empty values are left out. */
export function unknownOf({ kind, wire }: Pick<Live, "kind" | "wire">): [key: string, value: unknown][] {
  return Object.entries(wire).filter(([key, value]) => {
    const saysNothing =
      value === null || value === "" || canonicalJson(value) === "{}" || canonicalJson(value) === "[]";
    return !saysNothing && known[kind]?.includes(key) === false;
  });
}

function asObjectOf(live: Live | null): Exported {
  return live === null ? { kind: "damaged" } : { kind: "object", live };
}
