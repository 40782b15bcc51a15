import { notFound } from "./errors.ts";
import { listBody, type ListBody, type ListQuery } from "./paging.ts";

/** A page of a complete list, oldest first. Throws a 404 for an unknown cursor. */
export function pageOf<T extends { id: string }>(
  all: readonly T[],
  { limit, order, after, before }: ListQuery,
): ListBody<T> {
  const ordered = order === "asc" ? all : all.toReversed();
  const placeOf = (id: string): number => {
    const at = ordered.findIndex((each) => each.id === id);
    return at < 0 ? notFound("item", id) : at;
  };
  const from = after === undefined ? 0 : placeOf(after) + 1;
  const to = before === undefined ? ordered.length : placeOf(before);
  const found = ordered.slice(from, to);
  // With `before` alone it is the page that ends just before it.
  const isBackwards = before !== undefined && after === undefined;
  const data = isBackwards ? found.slice(-limit) : found.slice(0, limit);
  return listBody(data, found.length > data.length);
}
