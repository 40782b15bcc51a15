import type { Context } from "hono";
import { Type } from "../../../schema/builder.ts";
import type { View } from "../../responses/to-wire.ts";
import { Include } from "../../wire/response.ts";
import { parser } from "../validation/validate.ts";
import { queryOf } from "./requests.ts";

const parseInclude = parser(Type.Object({ include: Type.Array(Include) }));

/** The additional data that a request asks for (`include[]`). Throws an ApiFailure for an unknown value. */
export function includeOf(query: URLSearchParams): Include[] {
  return parseInclude({ include: [...query.getAll("include[]"), ...query.getAll("include")] }).include;
}

/** The address of the API, as the client of the request uses it. */
export function addressOf(context: Context): string {
  const { origin, pathname } = new URL(context.req.url);
  const base = /^(.*?)\/(responses|conversations)(\/|$)/.exec(pathname)?.[1] ?? "/v1";
  return origin + base;
}

/** The view in which a reading request is answered. */
export function viewOf(context: Context): View {
  return { include: new Set(includeOf(queryOf(context))), address: addressOf(context) };
}
