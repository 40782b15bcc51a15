import { UnknownKey, hasNoParent, type Filter, type Kind, type Page, type PageQuery, type Write } from "../store.ts";
import type { Ask } from "./session.ts";
import type { KnownThreads } from "./threads.ts";

/** Documents of one tenant, read and written through `ask`. */
export interface PostgresDocuments {
  /** Sends the writes in order, without waiting in between; each promise is for one or more of them, `false` if there is nothing to replace. */
  send(this: void, writes: readonly Write[]): Promise<boolean>[];
  get<T>(kind: Kind<T>, key: string): Promise<T | null>;
  remove<T>(kind: Kind<T>, key: string): Promise<boolean>;
  removeChildren<T>(kind: Kind<T>, parent: string): Promise<void>;
  page<T>(kind: Kind<T>, query: PageQuery): Promise<Page<T>>;
  all<T>(kind: Kind<T>, filter?: Filter): Promise<T[]>;
  /** The thread that the object is in, '' for shared data, `null` if there is no such object. */
  threadOf(kind: string, key: string): Promise<string | null>;
}

/** The documents of a tenant; see `PostgresDocuments`. */
export function postgresDocuments(ask: Ask, tenant: string, known: KnownThreads): PostgresDocuments {
  const threadOf = async (kind: string, key: string): Promise<string | null> => {
    const noted = known.of(kind, key);
    if (noted !== undefined) return noted;
    const { rows } = await ask<{ thread: string }>(threadSql, [tenant, kind, key]);
    const [found] = rows;
    if (found) known.note(kind, key, found.thread);
    return found?.thread ?? null;
  };
  const checkCursors = async (kind: string, keys: readonly (string | undefined)[]): Promise<void> => {
    for (const key of keys) {
      if (key === undefined) continue;
      const { count } = await ask(`SELECT ${position("$1", "$2", "$3")} AS created`, [tenant, kind, key]).then(
        ({ rows: [row] }) => ({ count: row && "created" in row && row.created !== null ? 1 : 0 }),
      );
      if (count === 0) throw new UnknownKey(key);
    }
  };

  /** One write, or several new objects. */
  const sendGroup = async (writes: readonly Write[]): Promise<boolean> => {
    const rows = writes.map(({ row }) => [
      row.thread ?? "",
      row.kind,
      row.key,
      row.parent,
      row.tag,
      JSON.stringify(row.value),
    ]);
    const [first = []] = rows;
    const [sql, values] =
      rows.length > 1
        ? [insertManySql, first.map((_, column) => rows.map((row) => row[column]))]
        : [writes[0]?.kind === "replace" ? replaceSql : insertSql, first];
    const { count } = await ask(sql, [tenant, ...values]);
    if (count > 0) for (const { row } of writes) known.note(row.kind, row.key, row.thread ?? "");
    return count > 0;
  };

  return {
    threadOf,
    send: (writes) => grouped(writes).map(sendGroup),
    async get<T>(kind: Kind<T>, key: string) {
      const thread = known.of(kind.name, key);
      if (thread !== undefined) {
        const { rows } = await ask<{ value: T }>(getSql, [tenant, thread, kind.name, key]);
        return rows[0]?.value ?? null;
      }
      const { rows } = await ask<{ value: T; thread: string }>(findSql, [tenant, kind.name, key]);
      const [found] = rows;
      if (found) known.note(kind.name, key, found.thread);
      return found?.value ?? null;
    },
    async remove(kind, key) {
      const { count } = await ask(removeSql, [tenant, kind.name, key]);
      known.forget(kind.name, key);
      return count > 0;
    },
    async removeChildren(kind, parent) {
      await ask(removeChildrenSql, [tenant, kind.name, parent]);
    },
    async page<T>(kind: Kind<T>, query: PageQuery): Promise<Page<T>> {
      const backwards = query.before !== undefined && query.after === undefined;
      const direction = (query.order === "asc") === backwards ? "DESC" : "ASC";
      const { where, values } = conditions(tenant, kind, query);
      const bound = (key: string, comparison: string): void => {
        values.push(key);
        where.push(`created ${comparison} ${position("$1", "$2", `$${values.length}`)}`);
      };
      if (query.after !== undefined) bound(query.after, query.order === "asc" ? ">" : "<");
      if (query.before !== undefined) bound(query.before, query.order === "asc" ? "<" : ">");
      values.push(query.limit + 1);
      const sql = `SELECT value FROM playbill.documents WHERE ${where.join(" AND ")} ORDER BY created ${direction} LIMIT $${values.length}::int`;
      const { rows } = await ask<{ value: T }>(sql, values);
      // If the cursor is unknown, the comparison matches nothing.
      if (rows.length === 0) await checkCursors(kind.name, [query.after, query.before]);
      const data = rows.slice(0, query.limit).map(({ value }) => value);
      return { data: backwards ? data.toReversed() : data, hasMore: rows.length > query.limit };
    },
    async all<T>(kind: Kind<T>, filter: Filter = {}) {
      const { where, values } = conditions(tenant, kind, filter);
      const sql = `SELECT value FROM playbill.documents WHERE ${where.join(" AND ")} ORDER BY created`;
      return (await ask<{ value: T }>(sql, values)).rows.map(({ value }) => value);
    },
  };
}

const insertSql =
  "INSERT INTO playbill.documents (tenant, thread, kind, key, parent, tag, value) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const insertManySql = `INSERT INTO playbill.documents (tenant, thread, kind, key, created, parent, tag, value)
  SELECT $1, thread, kind, key, nextval('playbill.created'), parent, tag, value::json
  FROM (SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
    WITH ORDINALITY AS given (thread, kind, key, parent, tag, value, place) ORDER BY place) AS ordered`;
const replaceSql = `UPDATE playbill.documents SET parent = $5, tag = $6, value = $7
  WHERE tenant = $1 AND thread = $2 AND kind = $3 AND key = $4`;
const getSql = "SELECT value FROM playbill.documents WHERE tenant = $1 AND thread = $2 AND kind = $3 AND key = $4";
const findSql = "SELECT value, thread FROM playbill.documents WHERE tenant = $1 AND kind = $2 AND key = $3";
const threadSql = "SELECT thread FROM playbill.documents WHERE tenant = $1 AND kind = $2 AND key = $3";
const removeSql = `WITH gone AS (
    DELETE FROM playbill.documents WHERE tenant = $1 AND kind = $2 AND key = $3 RETURNING tenant, thread, kind, key, created
  )
  INSERT INTO playbill.removed SELECT tenant, thread, kind, key, created FROM gone
  ON CONFLICT (tenant, thread, kind, key) DO UPDATE SET created = excluded.created`;
const removeChildrenSql = "DELETE FROM playbill.documents WHERE tenant = $1 AND kind = $2 AND parent = $3";

/** The most objects that one statement inserts. */
const portion = 500;

/** Consecutive new objects are inserted together; every other write is a statement of its own. */
function grouped(writes: readonly Write[]): Write[][] {
  const groups: Write[][] = [];
  for (const write of writes) {
    const last = groups.at(-1);
    const goesAlong = write.kind === "insert" && last?.[0]?.kind === "insert" && last.length < portion;
    if (goesAlong) last.push(write);
    else groups.push([write]);
  }
  return groups;
}

/** The place of an object in the order, even of a removed one. */
function position(tenant: string, kind: string, key: string): string {
  const place = `tenant = ${tenant} AND kind = ${kind} AND key = ${key}`;
  return `coalesce((SELECT created FROM playbill.documents WHERE ${place}),
    (SELECT max(created) FROM playbill.removed WHERE ${place}))`;
}

function conditions<T>(
  tenant: string,
  kind: Kind<T>,
  { parent, tags }: Filter,
): { where: string[]; values: unknown[] } {
  const where = ["tenant = $1", "kind = $2"];
  const values: unknown[] = [tenant, kind.name];
  // Equivalent to no condition, but there is an index for it.
  if (parent === undefined && hasNoParent(kind)) where.push("parent IS NULL");
  if (parent !== undefined) {
    values.push(parent);
    where.push(`parent = $${values.length}`);
    // A database that is spread over machines needs to query only one of them.
    if (kind.parent === kind.thread) where.push(`thread = $${values.length}`);
  }
  if (tags !== undefined) {
    values.push(tags);
    where.push(`tag = ANY($${values.length}::text[]) AND tag IS NOT NULL`);
  }
  return { where, values };
}
