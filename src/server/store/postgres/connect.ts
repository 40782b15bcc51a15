import { keyDefaults } from "../../../project/schemas/defaults.ts";
import type { Client, ClientConfig, Pool } from "pg";
import { ProblemError, fail, problem } from "../../../problem.ts";
import { sqlState } from "./failure.ts";
import { nameOf, passwordOf } from "./url.ts";

/** How long things may take, in milliseconds. A client waits for an answer no longer than the longest of them. */
export const patience = {
  connect: 3_000,
  statement: 5_000,
  lock: 5_000,
  /** Between two statements of a transaction; a process that stands still lets its locks go. */
  idle: 5_000,
};

/** How many connections a process holds at most, unless it is told otherwise. */
export const defaultConnections: number = keyDefaults.serve.dbConnections;

/** One connection, outside of any pool. Rejects with a ProblemError when it cannot be had. */
export async function connectPostgres(url: string): Promise<Client> {
  const { Client } = await loadClient();
  return unlessUnusable(url, async () => {
    const client = new Client(settings(url));
    // Whoever waits for an answer is told; a connection that breaks in between must not end the process.
    client.on("error", () => {});
    await client.connect();
    return client;
  });
}

/** The connections of a process; they are made when they are needed. */
export async function createPool(url: string, connections: number): Promise<Pool> {
  const { Pool } = await loadClient();
  return unlessUnusable(url, async () => {
    const pool = new Pool({ ...settings(url), pipeline: true, max: connections, idleTimeoutMillis: 30_000 });
    pool.on("error", () => {});
    // While somebody has it, a connection tells of its end by itself, which would end the process.
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
      hint: "Install it where Playbill is installed: npm install pg (with --global, if Playbill was installed so).",
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
    // Ends the waiting when the database does not answer at all.
    query_timeout: patience.statement + 1_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** What a user can do about a failure to connect, by SQLSTATE or by the system's code. */
const hints: Record<string, string> = {
  "28P01": "Check the user and the password, in the URL or in PGPASSWORD.",
  "28000": "The server does not let this user in from here; see its pg_hba.conf.",
  "3D000": "Make the database first, or check the name in the URL.",
  "42501": "Let the user own the database, or grant it CREATE on it.",
  "53300": "The server has no connection left: raise max_connections, or lower --db-connections.",
  ECONNREFUSED: "Nothing listens there. Start the server, or check host and port.",
  ENOTFOUND: "There is no such host. Check the URL.",
  EAI_AGAIN: "The host's name cannot be looked up. Check the URL and the network.",
  ENOENT: "There is no such socket or file. Check the URL.",
};

/** The role is not there, or has no LOGIN. PostgreSQL gives both the SQLSTATE of pg_hba.conf; its words depend on the language, this name does not. */
const noSuchRole = "InitializeSessionUserId";

function hintFor(error: Error): string | undefined {
  const code = sqlState(error) ?? ("code" in error ? String(error.code) : "");
  if (code === "28000" && "routine" in error && error.routine === noSuchRole)
    return "Make the role with CREATE ROLE ... LOGIN (ALTER ROLE ... LOGIN if it is there), or check the user in the URL.";
  const isTls = /SSL|certificate/i.test(error.message);
  return hints[code] ?? (isTls ? "Check sslmode in the URL, and the certificate of the server." : undefined);
}

/** What `sslmode` may be: https://www.npmjs.com/package/pg-connection-string. The client library takes any other text for verify-full. */
const sslModes = ["disable", "prefer", "require", "verify-ca", "verify-full", "no-verify"];

/** Does `work`, which connects; rejects with a ProblemError that says what is wrong with the database of this URL, and never its password. */
export async function unlessUnusable<R>(url: string, work: () => Promise<R>): Promise<R> {
  if (!URL.canParse(url))
    return fail("database_unusable", "the URL of the PostgreSQL database cannot be read", {
      hint: "As in postgres://USER:PASSWORD@HOST:5432/NAME; what is special in a URL is written as %40 for @, %2F for /.",
    });
  // The text is not printed: it may be a part of the password that was not written as in a URL.
  if (new URL(url).searchParams.getAll("sslmode").some((mode) => !sslModes.includes(mode)))
    return fail("database_unusable", `cannot use ${nameOf(url)}: its sslmode is none that there is`, {
      hint: `Possible are ${sslModes.join(", ")}; without sslmode the connection is not encrypted.`,
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

/** An AggregateError, as for a host with several addresses, has its words in its parts. */
function messageOf(error: Error): string {
  if (error.message !== "") return error.message;
  return error instanceof AggregateError ? error.errors.map(String).join("; ") : error.name;
}
