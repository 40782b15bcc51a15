import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as kinds from "../../../src/server/domain/kinds.ts";
import { openSqliteStore } from "../../../src/server/store/sqlite/store.ts";
import { nextStep } from "../../../src/cli/migrate-in/report.ts";
import { Stopped } from "../../../src/cli/stopped.ts";
import { createTestWorld, run, temporaryFolder } from "../run.ts";

const exported = join(import.meta.dirname, "export");

test("a dry run makes no database, and counts what would be moved", async () => {
  await using folder = await temporaryFolder();
  const { exitCode, stdout } = await run(folder.path, ["migrate-in", exported, "--db", "new.db", "--dry-run"]);
  expect(exitCode).toBe(0);
  expect(stdout).toBe(`Would move into new.db:
  3 files, 203 B
  2 vector stores
  2 files in vector stores
  2 assistants
  2 threads
  6 messages

Not kept:
  2 x thread.run: run_02, run_01
  1 x file that has expired: file-0Old

Kept with changes:
  1 x thread created from its messages: thread_Pp7Wd3hC
  1 x vector store whose lifetime starts again: vs_6932422efc9b775ac2df3e34
`);
  expect(existsSync(join(folder.path, "new.db"))).toBe(false);
});

test("an interrupt is noticed between two objects, and what is stored by then counts", async () => {
  await using folder = await temporaryFolder();
  const line = (id: number) => JSON.stringify({ id: `asst_${id}`, object: "assistant", created_at: id, model: "m" });
  await folder.write("many/assistants.jsonl", Array.from({ length: 1_000 }, (_, id) => line(id)).join("\n"));
  const argv = ["migrate-in", "many", "--db", join(folder.path, "many.db")];
  const interrupt = new AbortController();
  // As soon as the process has time for anything else.
  const status = (text: string) => {
    if (text.includes("stored 400")) setImmediate(() => interrupt.abort(new Stopped("interrupted")));
  };
  const stderr = { ...createTestWorld(folder.path).world.stderr, isTTY: true, status };
  const { exitCode } = await run(folder.path, argv, { signal: interrupt.signal, stderr, now: everLater() });
  expect(exitCode).toBe(130);
  const again = await run(folder.path, argv);
  expect(again.stdout).toMatch(/[1-9]\d* assistants, [4-9]\d\d already there/);
});

/** A clock of which every reading is a second after the one before. */
function everLater(): () => number {
  let now = 0;
  return () => (now += 1_000);
}

test.each([
  [
    "missing_bytes",
    { id: "file-1", object: "file", created_at: 1, bytes: 12, filename: "a.txt", purpose: "assistants" },
  ],
  ["bad_json", "[{"],
])("an export that is refused for %s makes no database", async (code, value) => {
  await using folder = await temporaryFolder();
  await folder.write("exp/files.json", typeof value === "string" ? value : JSON.stringify(value));
  const { exitCode, stderr } = await run(folder.path, ["migrate-in", "exp", "--db", "m.db"]);
  expect([exitCode, stderr]).toEqual([4, expect.stringContaining(`error[${code}]`)]);
  expect(await readdir(folder.path)).toEqual(["exp"]);
});

test.each([
  ["a b.db", true, 'Next: playbill serve --db "a b.db"'],
  ["desk.db", false, "Next: playbill serve --db desk.db"],
  [
    "postgres://me:secret@db/desk?sslmode=require",
    true,
    'Next, with the URL of the database in PLAYBILL_DB: playbill serve --db "$PLAYBILL_DB"',
  ],
  ["postgres://me:secret@db/desk", false, "Next: playbill serve"],
])("what comes next names the database: %s, given: %s", (db, given, words) => {
  expect(nextStep("playbill serve", db, given)).toBe(words);
});

test("objects become those of a project, and of no other", async () => {
  await using folder = await temporaryFolder();
  const env = { PLAYBILL_DB: join(folder.path, "shared.db") };
  const moved = await run(folder.path, ["migrate-in", exported, "--project", "desk"], { env });
  expect(moved.exitCode, moved.output).toBe(0);
  const store = await openSqliteStore(env.PLAYBILL_DB);
  expect(await store.get(kinds.threads, "thread_Kx2Lr9vN")).toBeNull();
  expect(await store.tenant("desk").get(kinds.threads, "thread_Kx2Lr9vN")).toMatchObject({ id: "thread_Kx2Lr9vN" });
  await store.close();
});

test("the database is that of serve, unless another is named", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\nserve: { db: state/desk.db }\n");
  const { exitCode, stdout } = await run(folder.path, ["migrate-in", exported, "--dry-run"]);
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("Would move into state/desk.db")]);
});

test.each([
  [["migrate-in", exported], "error[bad_flag]"],
  [["migrate-in", exported, "--db", ":memory:"], "error[bad_flag]"],
  [["migrate-in", exported, "--db", "x.db", "--project", "a/b"], "error[bad_flag]"],
  [["migrate-in", "nowhere", "--db", "x.db"], "error[missing_file]"],
  [["migrate-in", exported, "--db", "no/such/folder/x.db"], "error[database_unusable]"],
])("%j is a problem", async (argv, words) => {
  await using folder = await temporaryFolder();
  const { exitCode, stderr } = await run(folder.path, argv);
  expect([exitCode, stderr]).toEqual([4, expect.stringContaining(words)]);
});
