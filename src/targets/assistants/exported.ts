import type { JsonObject } from "../../kit/json.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { Live } from "../../resources/resource.ts";
import { assistantFormat } from "./assistant-wire.ts";
import { readLive } from "./wire-format.ts";

/** What an object of an export is: one of a kind that can be declared, another one of the API, or nothing that this API has. */
export type Exported = { kind: "object"; live: Live } | { kind: "other"; object: string } | { kind: "damaged" };

/**
 * Reads an object as an Assistants API listed it. One without an `object` counts as an assistant when it has a model, as bodies of requests
 * do; one without an id gets `id`.
 */
export function readExported(value: JsonObject, id: string): Exported {
  const { object } = value;
  if (typeof object === "string" && object !== "assistant") return { kind: "other", object };
  const live = readLive(assistantKind.name, assistantFormat, { ...value, id: value.id ?? id });
  return live === null ? { kind: "damaged" } : { kind: "object", live };
}
