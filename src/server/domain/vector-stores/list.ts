import { Type } from "../../../schema/builder.ts";
import { notFound } from "../../http/errors.ts";
import { listBody, listQuery, type ListBody } from "../../http/paging.ts";
import { UnknownKey, type Kind, type Store } from "../../store/store.ts";
import { parser } from "../../http/validation/validate.ts";
import { oneOf } from "../../wire/common.ts";
import type { VectorStoreFile } from "../../wire/vector-store.ts";
import type { FileRecord } from "../kinds.ts";

const parseQuery = parser(
  Type.Object({ filter: Type.Optional(oneOf("in_progress", "completed", "failed", "cancelled")) }),
);

/** A page of the files of a vector store, or of a batch: `kind` and `parent` say which. */
export async function listFiles(
  store: Store,
  kind: Kind<FileRecord>,
  parent: string,
  query: URLSearchParams,
): Promise<ListBody<VectorStoreFile>> {
  const { after, before, ...rest } = listQuery(query);
  const { filter } = parseQuery(query.get("filter") ? { filter: query.get("filter") } : {});
  const prefix = `${parent}/`;
  const cursors = Object.entries({ after, before }).filter(([, id]) => id !== undefined);
  const keys = Object.fromEntries(cursors.map(([name, id]) => [name, `${prefix}${id}`]));
  try {
    const { data, hasMore } = await store.page(kind, { ...rest, ...keys, parent, ...(filter && { tags: [filter] }) });
    return listBody(
      data.map(({ file }) => file),
      hasMore,
    );
  } catch (error) {
    if (error instanceof UnknownKey) notFound("file", error.key.slice(prefix.length));
    throw error;
  }
}
