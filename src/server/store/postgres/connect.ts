import { keyDefaults } from "../../../project/schemas/defaults.ts";
import type { Client, ClientConfig, Pool } from "pg";
import { ProblemError, fail, problem } from "../../../problem.ts";
import { sqlState } from "./failure.ts";
import { nameOf, passwordOf } from "./url.ts";

/** Time limits, in milliseconds. A client waits for an answer no longer than the longest of them. */
export const patience = {
  connect: 3_000,
  statement: 5_000,
  lock: 5_000,
  /** Between two statements of a transaction; a stalled process loses its locks. */
  idle: 5_000,
};

/** The most connections that a process opens by default. */
export const defaultConnections: number = keyDefaults.serve.dbConnections;

/** Opens one connection, outside any pool. Rejects with a ProblemError if that fails. */
export async function connectPostgres(url: string): Promise<Client> {
  const { Client } = await loadClient();
  return unlessUnusable(url, async () => {
    const client = new Client(settings(url));
    // Pending queries get the error; a connection that breaks while idle must not end the process.
    client.on("error", () => {});
    await client.connect();
    return client;
  });
}

/** Creates the pool of connections of a process; they are opened when they are needed. */
export async function createPool(url: string, connections: number): Promise<Pool> {
  const { Pool } = await loadClient();
  return unlessUnusable(url, async () => {
    const pool = new Pool({ ...settings(url), pipeline: true, max: connections, idleTimeoutMillis: 30_000 });
    pool.on("error", () => {});
    // A connection that is in use emits its own error event, which would end the process.
    pool.on("connect", (client) => void client.on("error", () => {}));
    return pool;
  });
}

async function loadClient(): Promise<{ Client: typeof Client; Pool: typeof Pool }> {
  try {
    return (await import("pg")).default;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")) throw error;
    return fail("database_client_missing", "a server on PostgreSQL needs the package pg, which is not installed", {
      hint: "Install it where Playbill is installed: npm install pg (with --global if Playbill is installed globally).",
    });
  }
}

function settings(url: string): ClientConfig {
  return {
    connectionString: url,
    application_name: "playbill",
    connectionTimeoutMillis: patience.connect,
    statement_timeout: patience.statement,
    lock_timeout: patience.lock,
    idle_in_transaction_session_timeout: patience.idle,
    // Ends the wait if the database does not answer at all.
    query_timeout: patience.statement + 1_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** What a user can do about a failure to connect, by SQLSTATE or by the code of the system error. */
const hints: Record<string, string> = {
  "28P01": "Check the user and the password, in the URL or in PGPASSWORD.",
  "28000": "The server does not allow this user to connect from this host; see its pg_hba.conf.",
  "3D000": "Create the database first, or check the name in the URL.",
  "42501": "Make the user the owner of the database, or grant it CREATE on the database.",
  "53300": "The server has no connection left: raise max_connections, or lower --db-connections.",
  ECONNREFUSED: "No server listens at this address. Start the server, or check the host and the port.",
  ENOTFOUND: "There is no such host. Check the URL.",
  EAI_AGAIN: "The host name cannot be resolved. Check the URL and the network.",
  ENOENT: "There is no such socket or file. Check the URL.",
};

/** The role does not exist, or has no LOGIN. PostgreSQL reports both with the SQLSTATE of pg_hba.conf; its message depends on the language, this name does not. */
const noSuchRole = "InitializeSessionUserId";

function hintFor(error: Error): string | undefined {
  const code = sqlState(error) ?? ("code" in error ? String(error.code) : "");
  if (code === "28000" && "routine" in error && error.routine === noSuchRole)
    return "Create the role with CREATE ROLE ... LOGIN (or ALTER ROLE ... LOGIN if it exists), or check the user in the URL.";
  const isTls = /SSL|certificate/i.test(error.message);
  return hints[code] ?? (isTls ? "Check sslmode in the URL, and the certificate of the server." : undefined);
}

/** The values of `sslmode`: https://www.npmjs.com/package/pg-connection-string. The client library treats any other text as verify-full. */
const sslModes = ["disable", "prefer", "require", "verify-ca", "verify-full", "no-verify"];

/** Runs `work`, which connects; rejects with a ProblemError that says what is wrong with the database at this URL, without its password. */
export async function unlessUnusable<R>(url: string, work: () => Promise<R>): Promise<R> {
  if (!URL.canParse(url))
    return fail("database_unusable", "the URL of the PostgreSQL database cannot be read", {
      hint: "Use the form postgres://USER:PASSWORD@HOST:5432/NAME, and encode special characters: %40 for @, %2F for /.",
    });
  // The text is not printed: it may be a part of a password that was not encoded.
  if (new URL(url).searchParams.getAll("sslmode").some((mode) => !sslModes.includes(mode)))
    return fail("database_unusable", `cannot use ${nameOf(url)}: its sslmode is not a valid value`, {
      hint: `Valid values are ${sslModes.join(", ")}; without sslmode the connection is not encrypted.`,
    });
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError || !(error instanceof Error)) throw error;
    const hint = hintFor(error);
    const password = passwordOf(url);
    const said = messageOf(error);
    const message = password === null ? said : said.replaceAll(password, "***");
    const found = problem(
      "database_unusable",
      `cannot use ${nameOf(url)}: ${message}`,
      hint === undefined ? {} : { hint },
    );
    throw new ProblemError([found]);
  }
}

/** An AggregateError, for example of a host with several addresses, has its messages in its parts. */
function messageOf(error: Error): string {
  if (error.message !== "") return error.message;
  return error instanceof AggregateError ? error.errors.map(String).join("; ") : error.name;
}
