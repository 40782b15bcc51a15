import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../src/server/store/sqlite/store.ts";
import { things, thing } from "./contract.ts";
import { storeContract } from "./store-contract.ts";

function databaseFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "playbill-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "server.db");
}

describe("SQLite in memory", () => storeContract(async () => openSqliteStore(":memory:")));
describe("SQLite in a file", () => storeContract(async () => openSqliteStore(databaseFile())));
describe("SQLite that keeps nothing", () => storeContract(async () => openSqliteStore(databaseFile(), false)));

test("two stores on one file take turns, and see what the other committed", async () => {
  const file = databaseFile();
  const stores = [await openSqliteStore(file), await openSqliteStore(file)];
  onTestFinished(async () => void (await Promise.all(stores.map((store) => store.close()))));
  const [one, other] = stores;
  if (!one || !other) return expect.fail();
  await one.insert(things, thing(1));
  const increments = Array.from({ length: 40 }, (_, index) =>
    (index % 2 === 0 ? one : other).transaction(async (tx) => {
      const { size } = (await tx.get(things, "t1")) ?? thing(1);
      await tx.replace(things, thing(1, { size: size + 1 }));
    }),
  );
  await Promise.all(increments);
  expect(await other.get(things, "t1")).toEqual(thing(1, { size: 40 }));
});

test("what is undone at the end is not there at the next start", async () => {
  const file = databaseFile();
  const store = await openSqliteStore(file, false);
  await store.transaction((tx) => tx.insert(things, thing(1)));
  await store.close();
  const next = await openSqliteStore(file);
  onTestFinished(() => next.close());
  expect(await next.all(things)).toEqual([]);
});

test("a store opens on a file on which another one in this process has a transaction open", async () => {
  const file = databaseFile();
  const one = await openSqliteStore(file);
  const opening = await one.transaction(async (tx) => {
    await tx.insert(things, thing(1));
    const begun = openSqliteStore(file);
    await tx.insert(things, thing(2));
    return { begun };
  });
  const other = await opening.begun;
  onTestFinished(async () => void (await Promise.all([one.close(), other.close()])));
  expect(await other.all(things)).toEqual([thing(1), thing(2)]);
});
