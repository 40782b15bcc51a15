import { notFound, refuse } from "../http/errors.ts";
import { checkId } from "../http/routes/requests.ts";
import type { Services } from "../services.ts";
import type { NewToolResources, ToolResources } from "../wire/common.ts";
import { findAttachable } from "./files/files.ts";
import { createVectorStore } from "./vector-stores/create.ts";
import { vectorStores } from "./kinds.ts";

type Needed = Pick<Services, "store" | "clock" | "ids" | "indexer">;
/** A thread's own vector store expires a week after its last use; an assistant's does not expire. */
export const threadStoreDays = 7;

/**
 * Turns the requested resources into those of the response: vector stores given by their files are created here. Must be called in a transaction. Throws an ApiFailure
 * for a file or store that does not exist. `expiresAfterDays` applies to stores created here, `place` where the resources are in the request.
 */
export async function createToolResources(
  services: Needed,
  asked: NewToolResources | null | undefined,
  expiresAfterDays: number | null,
  place = "",
): Promise<ToolResources> {
  const { store } = services;
  const resources: ToolResources = {};
  if (asked?.code_interpreter) {
    const fileIds = asked.code_interpreter.file_ids ?? [];
    for (const id of fileIds) await findAttachable(services, id, "tool_resources.code_interpreter.file_ids");
    resources.code_interpreter = { file_ids: fileIds };
  }
  if (asked?.file_search) {
    const { vector_store_ids: ids = [], vector_stores: made = [] } = asked.file_search;
    if (asked.file_search.vector_store_ids && asked.file_search.vector_stores)
      refuse("Only one of 'vector_store_ids' and 'vector_stores' can be given.", {
        param: "tool_resources.file_search",
        code: "invalid_value",
      });
    for (const id of ids) {
      checkId("vector_store_id", id, "tool_resources.file_search.vector_store_ids");
      if ((await store.get(vectorStores, id)) === null) notFound("vector store", id);
    }
    const created: string[] = [];
    for (const [index, body] of made.entries()) {
      const path = `${place}tool_resources.file_search.vector_stores[${index}].`;
      created.push((await createVectorStore(services, expiring(body, expiresAfterDays), path)).id);
    }
    resources.file_search = { vector_store_ids: [...ids, ...created] };
  }
  return resources;
}

/** The body of a vector store that expires this many days after its last use; with `null`, never. */
export function expiring<Body>(body: Body, days: number | null) {
  return { ...body, expires_after: days === null ? null : { anchor: "last_active_at" as const, days } };
}

/** Applies an update: each named tool is replaced, the others stay; `null` removes all. */
export async function updateToolResources(
  services: Needed,
  current: ToolResources,
  asked: NewToolResources | null | undefined,
  expiresAfterDays: number | null,
): Promise<ToolResources> {
  if (asked === undefined) return current;
  if (asked === null) return {};
  return { ...current, ...(await createToolResources(services, asked, expiresAfterDays)) };
}
