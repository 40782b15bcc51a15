import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { ProblemError } from "../../../../src/problem.ts";
import { openDatabase } from "../../../../src/server/store/sqlite/database.ts";

describe("a database that cannot serve", () => {
  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), "playbill-"));
    onTestFinished(() => rmSync(path, { recursive: true, force: true }));
    return path;
  }
  async function problemOf(path: string) {
    try {
      (await openDatabase(path)).close();
    } catch (error) {
      if (error instanceof ProblemError) return error.problems[0];
      throw error;
    }
    return undefined;
  }

  test("is a problem with a hint, when it is damaged", async () => {
    const path = join(folder(), "x.db");
    writeFileSync(path, "no database at all ".repeat(100));
    expect(await problemOf(path)).toMatchObject({
      code: "database_unusable",
      hint: expect.stringContaining("Move it away"),
    });
  });

  test("is a problem, when its folder is missing", async () => {
    expect(await problemOf(join(folder(), "missing", "x.db"))).toMatchObject({
      code: "database_unusable",
      kind: "input",
    });
  });

  test("is a problem, when a newer Playbill wrote it", async () => {
    const path = join(folder(), "x.db");
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(await problemOf(path)).toMatchObject({
      code: "database_too_new",
      hint: expect.stringContaining("Update Playbill"),
    });
  });

  test.skipIf(process.getuid?.() === 0)("is a problem, when it may not be written", async () => {
    const path = join(folder(), "x.db");
    (await openDatabase(path)).close();
    chmodSync(path, 0o444);
    expect(await problemOf(path)).toMatchObject({
      code: "database_unusable",
      hint: expect.stringContaining("writable"),
    });
  });
});
