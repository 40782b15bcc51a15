import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, describe, inject } from "vitest";
import { openPostgresStore } from "../../src/server/store/postgres/store.ts";
import type { OpenedStore } from "../../src/server/store/store.ts";
import { startedCluster } from "./postgres-cluster.ts";

/** `describe`, where there is a PostgreSQL to test with. */
export const describeOnPostgres = describe.skipIf(inject("postgres") === null);

/** The URL of a server on which this user may make databases. Throws where there is none. */
export async function postgresUrl(): Promise<string> {
  const found = inject("postgres");
  if (found === null) throw new Error("there is no PostgreSQL");
  return found.kind === "server" ? found.url : startedCluster(found, makeTemplate);
}

/** The name of the database that is copied for each test file: it has every table. */
const template = "playbill_template";

async function makeTemplate(url: string): Promise<void> {
  await withClient(url, (client) => client.query(`CREATE DATABASE ${template}`));
  const store = await openPostgresStore(databaseOf(url, template));
  await store.close();
}

function databaseOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Does something over a connection of its own. */
export async function withClient<R>(url: string, work: (client: pg.Client) => Promise<R>): Promise<R> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The URL of a new database, with every table unless it is to be `empty`; it is gone when the test file is over. */
export async function freshDatabase(kind: "ready" | "empty" = "ready"): Promise<string> {
  const server = await postgresUrl();
  const name = `playbill_${randomUUID().replaceAll("-", "")}`;
  const isOurs = inject("postgres")?.kind === "cluster";
  const from = kind === "ready" && isOurs ? ` TEMPLATE ${template}` : "";
  await withClient(server, (client) => client.query(`CREATE DATABASE ${name}${from}`));
  // A cluster of our own goes as a whole.
  if (!isOurs) afterAll(() => withClient(server, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`)));
  return databaseOf(server, name);
}

/** Gives empty stores, one after the other, on one database: each is a tenant of its own there. */
export function storesOfOneDatabase(): () => Promise<OpenedStore> {
  let opened: Promise<OpenedStore> | undefined;
  afterAll(async () => {
    const closing = opened;
    // Test files may share this module.
    opened = undefined;
    await (await closing)?.close();
  });
  return async () => {
    const store = await (opened ??= freshDatabase().then((url) => openPostgresStore(url)));
    const name = randomUUID();
    return {
      ...store.tenant(name),
      tenant: (inner) => store.tenant(inner === "default" ? name : `${name} ${inner}`),
      close: async () => {},
    };
  };
}
