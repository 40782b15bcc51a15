import type { ClientBase, Pool, QueryConfig } from "pg";
import { failureOf } from "./failure.ts";

/** The result of a statement. */
export interface Answer<R> {
  rows: R[];
  /** The number of rows that it read or changed. */
  count: number;
}

/** Queries the database; values are bound, never written into the text. Rejects with StoreUnavailable while the database is unavailable. */
export type Ask = <R extends object>(text: string, values: readonly unknown[]) => Promise<Answer<R>>;

/** Queries over any free connection. Each statement is prepared once per connection. */
export function askPool(pool: Pool): Ask {
  return asking((query) => pool.query(query));
}

/** Queries over one connection, without waiting for earlier answers before sending. */
export function askClient(client: ClientBase): Ask {
  return asking((query) => client.query(query));
}

function asking(send: (query: QueryConfig) => Promise<{ rows: unknown[]; rowCount: number | null }>): Ask {
  return async <R extends object>(text: string, values: readonly unknown[]): Promise<Answer<R>> => {
    try {
      const { rows, rowCount } = await send({ name: nameOf(text), text, values: values.map(storable) });
      return { rows: rows as R[], count: rowCount ?? 0 };
    } catch (error) {
      throw failureOf(error);
    }
  };
}

/** A text in PostgreSQL cannot contain NUL; no id has one, but a client may ask for such an id. */
function storable(value: unknown): unknown {
  if (typeof value === "string") return value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;
  return Array.isArray(value) ? value.map(storable) : value;
}

const names = new Map<string, string>();

/** The name under which a statement is prepared, in every connection. There are only a few dozen texts, because they never contain values. */
function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `playbill_${names.size}`;
  names.set(text, name);
  return name;
}
