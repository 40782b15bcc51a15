import { Type } from "../../schema/builder.ts";
import { notFound } from "./errors.ts";
import { UnknownKey, type Filter, type Kind, type Store } from "../store/store.ts";
import { parser } from "./validation/validate.ts";

/** The largest page size, and the default one. */
export interface PageSizes {
  largest: number;
  usual: number;
}

const usualSizes: PageSizes = { largest: 100, usual: 20 };

/** One page of a list in the API's format. */
export interface ListBody<T> {
  object: "list";
  data: T[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}

/** The query of a list request. */
export interface ListQuery {
  limit: number;
  order: "asc" | "desc";
  after?: string;
  before?: string;
}

const querySchema = (largest: number) =>
  Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: largest })),
    order: Type.Optional(Type.Unsafe<"asc" | "desc">({ type: "string", enum: ["asc", "desc"] })),
    after: Type.Optional(Type.String()),
    before: Type.Optional(Type.String()),
  });
const parsers = new Map<number, ReturnType<typeof queryParser>>();
const queryParser = (largest: number) => parser(querySchema(largest));

/** Reads `limit`, `order`, `after` and `before` of a URL's query; throws an ApiFailure for an invalid one. */
export function listQuery(query: URLSearchParams, sizes: PageSizes = usualSizes): ListQuery {
  const given = [...query].filter(([name, value]) => name in listParameters && value !== "");
  const values = Object.fromEntries(given.map(([name, value]) => [name, name === "limit" ? numeric(value) : value]));
  const parse = parsers.get(sizes.largest) ?? queryParser(sizes.largest);
  parsers.set(sizes.largest, parse);
  const { limit = sizes.usual, order = "desc", ...cursors } = parse(values);
  return { limit, order, ...cursors };
}

const listParameters = { limit: true, order: true, after: true, before: true };

/** Reads a page. `what` is the object's name in words, for the 404 of an unknown cursor. */
export async function listPage<T extends { id: string }>(
  store: Store,
  kind: Kind<T>,
  what: string,
  query: ListQuery & Filter,
): Promise<ListBody<T>> {
  try {
    const { data, hasMore } = await store.page(kind, query);
    return listBody(data, hasMore);
  } catch (error) {
    if (error instanceof UnknownKey) notFound(what, error.key);
    throw error;
  }
}

/** A page in the API's format. */
export function listBody<T extends { id: string }>(data: T[], hasMore: boolean): ListBody<T> {
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

function numeric(value: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
