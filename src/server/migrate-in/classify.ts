import { type JsonObject, asObject, isObject, someTextOrNull } from "../../kit/json.ts";
import type { MovableKind, Surroundings } from "./exported.ts";
import type { Part } from "./split-json.ts";

/**
 * The sort of an object in an export: one that is imported, a list or a wrapper that a script put around objects (`isCut`: the list has more pages), another
 * object of the API, or nothing of this API, with the reason in words.
 */
export type Sort =
  | { kind: "movable"; movable: MovableKind }
  | { kind: "around"; isCut: boolean }
  | { kind: "other"; what: string; id: string }
  | { kind: "foreign"; why: string };

/** The types of API objects that are not imported. */
const others = new Set(
  ["thread.run", "thread.run.step", "vector_store.file_batch", "vector_store.files_batch", "assistant.file"].concat([
    "thread.message.file",
    "model",
    "batch",
    "upload",
    "fine_tuning.job",
    "response",
    "conversation",
  ]),
);
const movable = new Set<string>([
  "file",
  "vector_store",
  "vector_store.file",
  "assistant",
  "thread",
  "thread.message",
] satisfies MovableKind[]);

/** The types of objects by id prefix, for objects without `object`. */
const prefixes: readonly [prefix: string, object: string][] = [
  ["asst_", "assistant"],
  ["thread_", "thread"],
  ["msg_", "thread.message"],
  ["vs_", "vector_store"],
  ["vsfb_", "vector_store.file_batch"],
  ["run_", "thread.run"],
  ["step_", "thread.run.step"],
  ["file-", "file"],
  ["file_", "file"],
  ["assistant-", "file"],
];

/** Classifies an object by its `object` or its id. */
export function sortOf(value: JsonObject, { pieces }: Pick<Part, "pieces">): Sort {
  const id = someTextOrNull(value.id) ?? someTextOrNull(value.message_id);
  const object = someTextOrNull(value.object);
  const isList = object === "list" || (object === null && Array.isArray(value.data));
  if (isList || (id === null && object === null && pieces.length > 1))
    return { kind: "around", isCut: value.has_more === true };
  if (isObject(value.error)) {
    const said = someTextOrNull(value.error.message) ?? "no message";
    return { kind: "foreign", why: `an error that the API answered: ${said}` };
  }
  const what = object ?? (id === null ? null : objectOf(id, value));
  if (what !== null && movable.has(what)) return { kind: "movable", movable: what as MovableKind };
  if (what !== null && (others.has(what) || what.endsWith(".deleted"))) return { kind: "other", what, id: id ?? "" };
  return { kind: "foreign", why: what === null ? "not an object of an Assistants API" : `a "${what}"` };
}

function objectOf(id: string, value: JsonObject): string | null {
  if (typeof value.vector_store_id === "string") return "vector_store.file";
  if (typeof value.message_id === "string") return "thread.message";
  return prefixes.find(([prefix]) => id.startsWith(prefix))?.[1] ?? null;
}

/** What an object belongs to, from the objects around it, else from the path of its file (`threads/thread_abc/messages.json`). */
export function surroundingsOf({ around }: Pick<Part, "around">, path: string): Surroundings {
  const idOf = (name: string, prefix: string): string | null => {
    for (const each of around) {
      const named = [each[`${name}_id`], each.id, asObject(each[name]).id].map(someTextOrNull);
      const found = named.find((id, index) => id !== null && (index === 0 || id.startsWith(prefix)));
      if (typeof found === "string") return found;
    }
    return new RegExp(`(?:^|[/\\\\._-])(${prefix}[A-Za-z0-9]+)`).exec(path)?.[1] ?? null;
  };
  return { threadId: idOf("thread", "thread_"), vectorStoreId: idOf("vector_store", "vs_") };
}
