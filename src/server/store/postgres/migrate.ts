import type { ClientBase } from "pg";
import { fail } from "../../../problem.ts";
import { migrations, tables } from "./schema.ts";

/** PostgreSQL 15, in the server's numbering. */
const oldest = 150_000;

/**
 * Creates or updates all tables in one transaction; several processes that start together take turns. Rejects with a ProblemError if a server or a
 * database cannot be used; `name` is its name in the message. Nothing is changed when it rejects.
 */
export async function migrate(client: ClientBase, name: string): Promise<void> {
  await checkServer(client, name);
  await client.query("BEGIN");
  try {
    // Another process may be migrating, which can take any time.
    await client.query("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0");
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended('playbill/migrations', 0))");
    const version = await readVersion(client);
    if (version > migrations.length)
      fail("database_too_new", `${name} was written by a newer version of Playbill (table version ${version})`, {
        hint: "Update Playbill, or use another database.",
      });
    if (version < migrations.length) await run(client, version);
    await checkRights(client, name);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

async function checkServer(client: ClientBase, name: string): Promise<void> {
  const { rows } = await client.query<{ version: number; shown: string; encoding: string; isStandby: boolean }>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS shown,
       current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS "isStandby"`,
  );
  const [server] = rows;
  if (!server) throw new Error("the server did not report its version");
  if (server.version < oldest)
    fail("database_unusable", `cannot use ${name}: it is PostgreSQL ${server.shown}`, {
      hint: "Playbill needs PostgreSQL 15 or newer.",
    });
  if (server.encoding !== "UTF8")
    fail("database_unusable", `cannot use ${name}: its encoding is ${server.encoding}`, {
      hint: "Use a database with the encoding UTF8.",
    });
  if (server.isStandby)
    fail("database_unusable", `cannot use ${name}: it is a standby, which is read-only`, {
      hint: "Use the URL of the primary server; with several hosts, set target_session_attrs.",
    });
}

/** 0 if there are no tables yet. */
async function readVersion(client: ClientBase): Promise<number> {
  const { rows: found } = await client.query(
    "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = 'playbill' AND tablename = 'version'",
  );
  if (found.length === 0) return 0;
  const { rows } = await client.query<{ version: number }>("SELECT version FROM playbill.version");
  return rows[0]?.version ?? 0;
}

async function run(client: ClientBase, version: number): Promise<void> {
  const { rows } = await client.query("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'playbill'");
  if (rows.length === 0) await client.query("CREATE SCHEMA playbill");
  if (version === 0)
    await client.query(
      "CREATE TABLE playbill.version (version integer NOT NULL); INSERT INTO playbill.version VALUES (0)",
    );
  for (const statements of migrations.slice(version)) await client.query(statements);
  await client.query("UPDATE playbill.version SET version = $1", [migrations.length]);
}

async function checkRights(client: ClientBase, name: string): Promise<void> {
  const { rows } = await client.query<{ missing: string }>(
    `SELECT privilege || ' on playbill.' || name AS missing
     FROM unnest($1::text[]) AS name, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege
     WHERE NOT has_table_privilege('playbill.' || name, privilege)`,
    [tables],
  );
  if (rows.length === 0) return;
  const missing = rows.map((row) => row.missing).join(", ");
  fail("database_unusable", `cannot use ${name}: the user lacks the privileges ${missing}`, {
    hint: "Make the user the owner of the schema playbill and its tables, or grant it these privileges.",
  });
}
