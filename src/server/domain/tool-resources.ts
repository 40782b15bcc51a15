import { notFound, refuse } from "../http/errors.ts";
import { checkId } from "../http/routes/requests.ts";
import type { Services } from "../services.ts";
import type { NewToolResources, ToolResources } from "../wire/common.ts";

type Needed = Pick<Services, "files" | "vectorStores">;
/** A thread's own vector store goes a week after it was last used; an assistant's stays. */
export const threadStoreDays = 7;

/**
 * Turns what was asked for into what is answered: vector stores given by their files are made here. Throws the ApiFailure
 * for a file or store that does not exist. `expiresAfterDays` is for stores made here.
 */
export function createToolResources(
  { files, vectorStores }: Needed,
  asked: NewToolResources | null | undefined,
  expiresAfterDays: number | null,
): ToolResources {
  const resources: ToolResources = {};
  if (asked?.code_interpreter) {
    const fileIds = asked.code_interpreter.file_ids ?? [];
    for (const id of fileIds)
      if (!files.open(checkId("file_id", id, "tool_resources.code_interpreter.file_ids"))) notFound("file", id);
    resources.code_interpreter = { file_ids: fileIds };
  }
  if (asked?.file_search) {
    const { vector_store_ids: ids, vector_stores: made } = asked.file_search;
    if (ids && made)
      refuse("Only one of 'vector_store_ids' and 'vector_stores' can be given.", {
        param: "tool_resources.file_search",
        code: "invalid_value",
      });
    for (const id of ids ?? [])
      if (!vectorStores.exists(checkId("vector_store_id", id, "tool_resources.file_search.vector_store_ids")))
        notFound("vector store", id);
    const created = (made ?? []).map((store) => vectorStores.create(store, expiresAfterDays));
    resources.file_search = { vector_store_ids: [...(ids ?? []), ...created] };
  }
  return resources;
}

/** An update: each tool that is named is replaced, the others stay; `null` takes them all away. */
export function updateToolResources(
  services: Needed,
  current: ToolResources,
  asked: NewToolResources | null | undefined,
  expiresAfterDays: number | null,
): ToolResources {
  if (asked === undefined) return current;
  if (asked === null) return {};
  return { ...current, ...createToolResources(services, asked, expiresAfterDays) };
}
