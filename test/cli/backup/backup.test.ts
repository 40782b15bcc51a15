import { existsSync } from "node:fs";
import { copyFile, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openSqliteStore } from "../../../src/server/store/sqlite/store.ts";
import { thing, things } from "../../server/store/contract.ts";
import { run, temporaryFolder } from "../run.ts";

const sizes = async (file: string): Promise<number[]> => {
  const store = await openSqliteStore(file);
  try {
    return (await store.all(things)).map(({ size }) => size);
  } finally {
    await store.close();
  }
};

test("a backup of a database that is being written to has all of a transaction, or nothing", async () => {
  await using folder = await temporaryFolder();
  const store = await openSqliteStore(join(folder.path, "server.db"));
  await store.insert(things, thing(1));
  await store.insert(things, thing(2));
  await store.blobs.append("file-1", Buffer.alloc(3_000_000, 1));
  const over = new AbortController();
  const writing = (async () => {
    for (let size = 1; !over.signal.aborted; size += 1) {
      await store.transaction(async (tx) => {
        await tx.replace(things, thing(1, { size }));
        await tx.replace(things, thing(2, { size }));
      });
      await new Promise((soon) => setImmediate(soon));
    }
  })();
  for (const name of ["one.db", "two.db"]) {
    const { exitCode, stdout } = await run(folder.path, ["backup", name, "--db", "server.db"]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`backed up to ${name} (3.`)]);
    const [first, second] = await sizes(join(folder.path, name));
    expect(first).toBe(second);
  }
  over.abort();
  await writing;
  await store.close();
  expect((await readdir(folder.path)).filter((name) => name.includes(".new"))).toEqual([]);
});

test("what is restored is what was backed up, and what was there is kept", async () => {
  await using folder = await temporaryFolder();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9)), fc.array(fc.nat(9)), async (before, after) => {
      const name = `of-${before.join("")}-${after.join("")}-${Math.random()}`;
      const file = join(folder.path, `${name}.db`);
      const fill = async (values: number[]) => {
        const store = await openSqliteStore(file);
        await store.clear();
        for (const [index, size] of values.entries()) await store.insert(things, thing(index, { size }));
        await store.close();
      };
      await fill(before);
      await run(folder.path, ["backup", `${name}.backup`, "--db", `${name}.db`]);
      await fill(after);
      const { exitCode, stderr } = await run(folder.path, ["restore", `${name}.backup`, "--db", `${name}.db`, "--yes"]);
      expect(exitCode).toBe(0);
      const kept = /is in (.*)\.$/m.exec(stderr)?.[1] ?? "";
      expect([await sizes(file), await sizes(kept)]).toEqual([before, after]);
    }),
    { numRuns: 4 },
  );
});

test("a database in use is not replaced, and a missing or damaged one is", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "server.db");
  const store = await openSqliteStore(file);
  await store.insert(things, thing(1, { size: 7 }));
  await run(folder.path, ["backup", "kept.db", "--db", "server.db"]);
  const restore = () => run(folder.path, ["restore", "kept.db", "--db", "server.db", "--yes"]);
  const refused = await restore();
  expect([refused.exitCode, refused.stderr]).toEqual([3, expect.stringContaining("error[database_in_use]")]);
  await store.insert(things, thing(2));
  expect(await store.all(things)).toHaveLength(2);
  await store.close();

  await writeFile(file, Buffer.alloc(8192, "x"));
  expect((await restore()).exitCode).toBe(0);
  expect(await sizes(file)).toEqual([7]);
  const elsewhere = await run(folder.path, ["restore", "kept.db", "--db", "new/server.db"]);
  expect(elsewhere.exitCode).toBe(0);
  expect(await sizes(join(folder.path, "new/server.db"))).toEqual([7]);
});

test("what SQLite left beside a database that is gone becomes no part of the restored one", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "server.db");
  const store = await openSqliteStore(file);
  await store.insert(things, thing(1, { size: 7 }));
  await run(folder.path, ["backup", "kept.db", "--db", "server.db"]);
  await store.insert(things, thing(2));
  await copyFile(`${file}-wal`, join(folder.path, "left-wal"));
  await store.close();
  await rm(file);
  await rename(join(folder.path, "left-wal"), `${file}-wal`);
  expect((await run(folder.path, ["restore", "kept.db", "--db", "server.db"])).exitCode).toBe(0);
  expect(await sizes(file)).toEqual([7]);
});

test("without a terminal there is no prompt, and without a yes nothing changes", async () => {
  await using folder = await temporaryFolder();
  await (await openSqliteStore(join(folder.path, "server.db"))).close();
  await run(folder.path, ["backup", "kept.db", "--db", "server.db"]);
  const argv = ["restore", "kept.db", "--db", "server.db"];
  expect((await run(folder.path, argv)).stderr).toContain("error[not_confirmed]");
  expect((await run(folder.path, argv, { ask: async () => "no" })).exitCode).toBe(1);
  expect((await readdir(folder.path)).filter((name) => name.includes("before"))).toEqual([]);
  expect((await run(folder.path, argv, { ask: async () => "yes" })).exitCode).toBe(0);
});

test("what cannot be a backup is refused before anything is touched", async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  const store = await openSqliteStore(at("server.db"));
  await store.blobs.append("file-1", Buffer.alloc(400_000, 1));
  await store.close();
  await run(folder.path, ["backup", "good.db", "--db", "server.db"]);
  const before = await readFile(at("server.db"));

  const other = new DatabaseSync(at("other.db"));
  other.exec("CREATE TABLE t (x)");
  other.close();
  await folder.write("text.db", "no database");
  await copyFile(at("good.db"), at("newer.db"));
  const newer = new DatabaseSync(at("newer.db"));
  newer.exec("PRAGMA user_version = 999");
  newer.close();
  const good = await readFile(at("good.db"));
  await writeFile(at("cut.db"), good.subarray(0, good.length / 2));

  for (const [argv, code] of [
    [["restore", "other.db", "--db", "server.db", "--yes"], "not_a_backup"],
    [["restore", "text.db", "--db", "server.db", "--yes"], "not_a_backup"],
    [["restore", "newer.db", "--db", "server.db", "--yes"], "database_too_new"],
    [["restore", "cut.db", "--db", "server.db", "--yes"], "damaged_backup"],
    [["restore", "good.db", "--db", "postgres://user:secret@host/db"], "backup_elsewhere"],
    [["backup", "x.db", "--db", "postgres://user:secret@host/db"], "backup_elsewhere"],
    [["backup", "good.db", "--db", "server.db"], "backup_exists"],
    [["backup", "x.db", "--db", "missing.db"], "missing_file"],
    [["backup", "x.db", "--db", "other.db"], "not_a_backup"],
    [["backup", "x.db"], "bad_flag"],
  ] as const) {
    const { exitCode, output } = await run(folder.path, argv);
    expect([argv, exitCode, output]).toEqual([argv, 4, expect.stringContaining(`error[${code}]`)]);
    expect(output).not.toContain("secret");
  }
  expect(await readFile(at("server.db"))).toEqual(before);
  expect(existsSync(at("x.db"))).toBe(false);
});

test("the state of an embedded target and the database of serve are found by themselves", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  await folder.write("assistants/guide.yaml", "name: Guide\nmodel: m\n");
  await run(folder.path, ["sync", "--yes"]);
  expect(await run(folder.path, ["backup", "state.db"])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining(join(".playbill", "local.db")),
  });
  const restored = await run(folder.path, ["restore", "state.db", "--yes"]);
  expect(restored.stderr).toContain("playbill state rebuild --target local");
  expect((await run(folder.path, ["plan", "--expect-no-changes"])).exitCode).toBe(0);
  await (await openSqliteStore(join(folder.path, "served.db"))).close();
  await folder.write("playbill.yaml", "project: desk\nserve: { db: served.db }\n");
  expect((await run(folder.path, ["backup", "served-copy.db"])).stdout).toContain("served.db is backed up");
});
