import { createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { ProblemError } from "../../../../src/problem.ts";
import { openStore } from "../../../../src/server/store/open.ts";
import { unlessUnusable } from "../../../../src/server/store/postgres/connect.ts";
import { nameOf, passwordOf } from "../../../../src/server/store/postgres/url.ts";
import { describeOnPostgres, freshDatabase, withClient } from "../../postgres.ts";
import { things, thing } from "../contract.ts";

/** The problem that a database cannot be opened for, as it is printed. */
async function problemOf(database: string): Promise<{ code: string; text: string }> {
  try {
    await (await openStore({ database })).close();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [found] = error.problems;
    return { code: found?.code ?? "", text: `${found?.message} ${found?.hint}` };
  }
  return expect.fail("it opened");
}

test.each([
  ["postgres://user:geheim@/a b", "use the form postgres://"],
  ["postgres://user:geheim@127.0.0.1:1/x", "no server listens"],
  ["postgres://user:geheim@nowhere.invalid/x", "host"],
  ["postgresql:///x?host=/nowhere&password=geheim", "socket"],
  ["postgress://user:geheim@db/x", "did you mean postgres://?"],
  ["postgres:user:geheim@db/x", "did you mean postgres://?"],
  ["postgres:/user:geheim@db/x", "did you mean postgres://?"],
  ["mysql://user:geheim@db/x", "name a database as postgres://user@host/name (or postgresql://), or"],
  ["postgres://user:geheim@127.0.0.1:1/x?sslmode=bogus", "disable, prefer, require, verify-ca"],
  ["postgres://user:geheim@127.0.0.1:1/x?sslmode=no-verify", "no server listens"],
])("%s is a problem that does not say the password", async (database, words) => {
  const { code, text } = await problemOf(database);
  expect(code).toBe("database_unusable");
  expect(text.toLowerCase()).toContain(words);
  expect(text).not.toContain("geheim");
});

test.each([
  ["InitializeSessionUserId", 'role "nobody" does not exist', "CREATE ROLE ... LOGIN"],
  ["ClientAuthentication", 'no pg_hba.conf entry for host "10.0.0.1"', "pg_hba.conf"],
])("the server's refusal from %s says what to do", async (routine, message, words) => {
  const answered = Object.assign(new Error(message), { severity: "FATAL", code: "28000", routine });
  const found = unlessUnusable("postgres://nobody@db/x", () => Promise.reject(answered));
  await expect(found).rejects.toMatchObject({ problems: [{ hint: expect.stringContaining(words) }] });
});

test("a server that takes a connection and says nothing is a problem in time", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  expect(await problemOf(`postgres://user@127.0.0.1:${port}/x`)).toMatchObject({ code: "database_unusable" });
});

test.each([
  [
    "postgres://ann:p%40ss@db.example.com:5432/app?sslmode=verify-full",
    "postgres://ann@db.example.com:5432/app",
    "p@ss",
  ],
  ["postgres://db/app?password=secret", "postgres://db/app", "secret"],
  ["postgres://ann:p%zz@db/app", "postgres://ann@db/app", "p%zz"],
  ["postgres://db/app", "postgres://db/app", null],
])("of %s everything but the password may be told", (url, name, password) => {
  expect([nameOf(url), passwordOf(url)]).toEqual([name, password]);
});

describeOnPostgres("a PostgreSQL database", () => {
  test("that several processes open at once gets its tables once", async () => {
    const database = await freshDatabase("empty");
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore({ database, connections: 2 })));
    onTestFinished(async () => void (await Promise.all(stores.map((store) => store.close()))));
    for (const [index, store] of stores.entries()) await store.insert(things, thing(index));
    for (const store of stores) expect((await store.all(things)).length).toBe(4);
  });

  test("that a newer Playbill wrote is refused, and stays as it is", async () => {
    const database = await freshDatabase();
    await withClient(database, (client) => client.query("UPDATE playbill.version SET version = 1000"));
    expect(await problemOf(database)).toMatchObject({ code: "database_too_new" });
    const { rows } = await withClient(database, (client) => client.query("SELECT version FROM playbill.version"));
    expect(rows).toEqual([{ version: 1000 }]);
  });

  test("that does not exist, or does not let the user in, is a problem, and nothing of it changes", async () => {
    const database = await freshDatabase("empty");
    const named = (change: (url: URL) => void): string => {
      const url = new URL(database);
      change(url);
      return url.href;
    };
    await withClient(database, (client) =>
      client.query(
        `DO $$ BEGIN CREATE ROLE locked LOGIN PASSWORD 'right'; EXCEPTION WHEN duplicate_object THEN END $$`,
      ),
    );
    const refused: [string, string][] = [
      [named((url) => (url.pathname = "/playbill_nowhere")), "does not exist"],
      [
        named((url) => Object.assign(url, { username: "locked", password: "geheim" })),
        "Check the user and the password",
      ],
      [named((url) => Object.assign(url, { username: "locked", password: "right" })), "grant it CREATE"],
    ];
    for (const [url, words] of refused) {
      const { code, text } = await problemOf(url);
      expect(code).toBe("database_unusable");
      expect(text).toContain(words);
      expect(text).not.toContain("geheim");
    }
    const schemas = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'playbill'";
    expect((await withClient(database, (client) => client.query(schemas))).rows).toEqual([]);
  });

  test("in which the user may not write is a problem that names the rights", async () => {
    const database = await freshDatabase();
    await withClient(database, (client) =>
      client.query(`DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN END $$;
        GRANT USAGE ON SCHEMA playbill TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA playbill TO reader`),
    );
    const url = new URL(database);
    url.username = "reader";
    expect((await problemOf(url.href)).text).toContain("INSERT on playbill.documents");
  });
});
