import { type JsonObject, asObject, asText, isObject, numberOrNull } from "../../kit/json.ts";
import { forEachBounded } from "../../kit/parallel.ts";
import { isNotFound } from "../failure.ts";
import type { Call } from "../http/call.ts";
import { betaHeaders, readList } from "../objects/lists.ts";

const pageSize = 100;
/** The number of parallel requests about single members. */
const together = 8;

interface Deps {
  call: Call;
  baseUrl: string;
}

/** A file in a vector store, as the store describes it. */
export interface StoreMember {
  fileId: string;
  status: "in_progress" | "completed" | "failed" | "cancelled";
  attributes: JsonObject;
  /** Why it failed; `null` when it did not, or when the reason is not known. */
  lastError: { code: string; message: string } | null;
  usageBytes: number;
}

/** Every file of a vector store, the oldest first. */
export async function* readMembers(deps: Deps, storeId: string): AsyncGenerator<StoreMember> {
  const what = `list the files of the vector store ${storeId}`;
  const list = { what, path: `${storePath(storeId)}/files`, query: { limit: pageSize } };
  for await (const item of readList(deps, list)) yield memberFromWire(item);
}

/** Removes files from a vector store; one that is not in it is no error. */
export function detach({ call }: Deps, storeId: string, fileIds: readonly string[]): Promise<void> {
  return forEachBounded(fileIds, together, async (fileId) => {
    const what = `remove the file ${fileId} from the vector store ${storeId}`;
    const options = { isRepeatable: true, purpose: "write" } as const;
    try {
      await call(what, (client) => client.delete(memberPath(storeId, fileId), betaHeaders), options);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  });
}

/** Sets the attributes of files in a vector store. Stops after the first file when the server does not store attributes. */
export async function setAttributes(
  { call }: Deps,
  storeId: string,
  files: readonly { fileId: string; attributes: Readonly<JsonObject> }[],
): Promise<void> {
  const set = async ({ fileId, attributes }: (typeof files)[number]): Promise<boolean> => {
    const what = `change the attributes of the file ${fileId} in the vector store ${storeId}`;
    const options = { isRepeatable: true, purpose: "write" } as const;
    try {
      const body = { attributes };
      const answer = await call(
        what,
        (client) => client.post(memberPath(storeId, fileId), { body, ...betaHeaders }),
        options,
      );
      return hasAttributes(asObject(asObject(answer).attributes), attributes);
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  };
  const [first, ...others] = files;
  if (first === undefined || !(await set(first))) return;
  await forEachBounded(others, together, async (each) => void (await set(each)));
}

/** True when all of these are among the attributes. */
export function hasAttributes(there: JsonObject, wanted: Readonly<JsonObject>): boolean {
  return Object.entries(wanted).every(([key, value]) => there[key] === value);
}

/** The path of a vector store after the base URL. */
export function storePath(storeId: string): string {
  return `/vector_stores/${encodeURIComponent(storeId)}`;
}

function memberPath(storeId: string, fileId: string): string {
  return `${storePath(storeId)}/files/${encodeURIComponent(fileId)}`;
}

const statuses = new Set(["in_progress", "completed", "failed", "cancelled"]);

function memberFromWire(wire: JsonObject): StoreMember {
  const status = asText(wire.status);
  const error = wire.last_error;
  return {
    fileId: asText(wire.id),
    // An unknown status means neither ready nor failed.
    status: (statuses.has(status) ? status : "in_progress") as StoreMember["status"],
    attributes: asObject(wire.attributes),
    lastError: isObject(error) ? { code: asText(error.code), message: asText(error.message) } : null,
    usageBytes: numberOrNull(wire.usage_bytes) ?? 0,
  };
}
