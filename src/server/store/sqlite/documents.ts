import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { UnknownKey, type Filter, type Kind, type Page, type PageQuery, type Write } from "../store.ts";

/** Documents of an open database. All work is done when a call returns, within the open transaction, if any. */
export interface SqliteDocuments {
  /** `false` if there is nothing to replace. */
  write(this: void, write: Write): boolean;
  get<T>(kind: Kind<T>, key: string): T | null;
  remove<T>(kind: Kind<T>, key: string): boolean;
  removeChildren<T>(kind: Kind<T>, parent: string): void;
  page<T>(kind: Kind<T>, query: PageQuery): Page<T>;
  all<T>(kind: Kind<T>, filter?: Filter): T[];
}

/** The documents of an open database (see `openDatabase`). Statements are prepared once. */
export function sqliteDocuments(database: DatabaseSync): SqliteDocuments {
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const positionOf = (kindName: string, key: string): number => {
    const row = prepare(positionSql).get(kindName, key, kindName, key);
    if (!row) throw new UnknownKey(key);
    return Number(row["created"]);
  };

  return {
    write({ kind: operation, row: { kind, key, parent, tag, value } }) {
      const sql = operation === "insert" ? insertSql : replaceSql;
      return prepare(sql).run(parent, tag, JSON.stringify(value), kind, key).changes > 0;
    },
    get<T>(kind: Kind<T>, key: string) {
      const row = prepare("SELECT value FROM documents WHERE kind = ? AND key = ?").get(kind.name, key);
      return row ? (JSON.parse(String(row["value"])) as T) : null;
    },
    remove(kind, key) {
      prepare("INSERT OR REPLACE INTO removed SELECT kind, key, created FROM documents WHERE kind = ? AND key = ?").run(
        kind.name,
        key,
      );
      return prepare("DELETE FROM documents WHERE kind = ? AND key = ?").run(kind.name, key).changes > 0;
    },
    removeChildren(kind, parent) {
      prepare("DELETE FROM documents WHERE kind = ? AND parent = ?").run(kind.name, parent);
    },
    page<T>(kind: Kind<T>, query: PageQuery): Page<T> {
      const backwards = query.before !== undefined && query.after === undefined;
      const direction = (query.order === "asc") === backwards ? "DESC" : "ASC";
      const [where, values] = conditions(kind, query);
      const bound = (key: string, comparison: string): void => {
        where.push(`created ${comparison} ?`);
        values.push(positionOf(kind.name, key));
      };
      if (query.after !== undefined) bound(query.after, query.order === "asc" ? ">" : "<");
      if (query.before !== undefined) bound(query.before, query.order === "asc" ? "<" : ">");
      // A bare `LIMIT ?` makes SQLite plan the statement again whenever another number is bound, which takes longer than reading.
      const sql = `SELECT value FROM documents WHERE ${where.join(" AND ")} ORDER BY created ${direction} LIMIT ? + 0`;
      const rows = prepare(sql).all(...values, query.limit + 1);
      const data = parse<T>(rows.slice(0, query.limit));
      return { data: backwards ? data.toReversed() : data, hasMore: rows.length > query.limit };
    },
    all<T>(kind: Kind<T>, filter: Filter = {}) {
      const [where, values] = conditions(kind, filter);
      // The plus makes SQLite look for the tags, which few objects have, instead of reading the whole kind in order.
      const order = filter.tags === undefined ? "created" : "+created";
      return parse<T>(
        prepare(`SELECT value FROM documents WHERE ${where.join(" AND ")} ORDER BY ${order}`).all(...values),
      );
    },
  };
}

const parse = <T>(rows: Record<string, unknown>[]): T[] => rows.map(({ value }) => JSON.parse(String(value)) as T);

const insertSql = "INSERT INTO documents (parent, tag, value, kind, key) VALUES (?, ?, ?, ?, ?)";
const replaceSql = "UPDATE documents SET parent = ?, tag = ?, value = ? WHERE kind = ? AND key = ?";
const positionSql = `SELECT created FROM documents WHERE kind = ? AND key = ?
  UNION ALL SELECT created FROM removed WHERE kind = ? AND key = ? ORDER BY created DESC LIMIT 1`;

function conditions<T>(kind: Kind<T>, { parent, tags }: Filter): [where: string[], values: SQLInputValue[]] {
  const where = ["kind = ?"];
  const values: SQLInputValue[] = [kind.name];
  if (parent !== undefined) {
    where.push("parent = ?");
    values.push(parent);
  }
  if (tags !== undefined) {
    where.push(`tag IN (${tags.map(() => "?").join(", ")})`);
    values.push(...tags);
  }
  return [where, values];
}
