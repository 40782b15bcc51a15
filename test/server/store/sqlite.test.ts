import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { ProblemError } from "../../../src/problem.ts";
import { openDatabase } from "../../../src/server/store/database.ts";
import { createSqliteStore } from "../../../src/server/store/sqlite.ts";
import { UnknownKey, kind, type PageQuery, type Store } from "../../../src/server/store/store.ts";

interface Thing {
  id: string;
  owner: string;
  state: string;
  size: number;
}
const things = kind<Thing>("thing", { parent: ({ owner }) => owner, tag: ({ state }) => state });
const others = kind<Thing>("other", { parent: ({ owner }) => owner });

function openStore(path = ":memory:"): Store {
  const database = openDatabase(path);
  onTestFinished(() => database.close());
  return createSqliteStore(database);
}

type Command =
  | { do: "insert" | "replace"; id: number; owner: number; state: number }
  | { do: "remove"; id: number }
  | { do: "removeChildren"; owner: number };
const few = fc.integer({ min: 0, max: 2 });
const id = fc.integer({ min: 0, max: 12 });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("insert" as const), id, owner: few, state: few }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("replace" as const), id, owner: few, state: few }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("remove" as const), id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("removeChildren" as const), owner: few }) },
);
const thing = (step: { id: number; owner: number; state: number }): Thing => ({
  id: `t${step.id}`,
  owner: `o${step.owner}`,
  state: `s${step.state}`,
  size: 0,
});

/** The same commands on a plain list, in insertion order. */
function apply(list: Thing[], step: Command): Thing[] {
  if (step.do === "remove") return list.filter((each) => each.id !== `t${step.id}`);
  if (step.do === "removeChildren") return list.filter((each) => each.owner !== `o${step.owner}`);
  const value = thing(step);
  if (list.some((each) => each.id === value.id)) return list.map((each) => (each.id === value.id ? value : each));
  return step.do === "insert" ? [...list, value] : list;
}

function perform(store: Store, step: Command): void {
  if (step.do === "remove") store.remove(things, `t${step.id}`);
  else if (step.do === "removeChildren") store.removeChildren(things, `o${step.owner}`);
  else if (store.get(things, thing(step).id) || step.do === "replace") store.replace(things, thing(step));
  else store.insert(things, thing(step));
}

const query = fc.record(
  {
    parent: few.map((owner) => `o${owner}`),
    tags: fc.array(
      few.map((state) => `s${state}`),
      { minLength: 1, maxLength: 2 },
    ),
    order: fc.constantFrom("asc" as const, "desc" as const),
    limit: fc.integer({ min: 1, max: 5 }),
    after: id.map((number) => `t${number}`),
    before: id.map((number) => `t${number}`),
  },
  { requiredKeys: ["order", "limit"] },
);

/** What a page is, said of the plain list. */
function expectedPage(list: Thing[], { parent, tags, order, limit, after, before }: PageQuery) {
  const ordered = order === "asc" ? list : list.toReversed();
  const from = after === undefined ? 0 : ordered.findIndex((each) => each.id === after) + 1;
  const to = before === undefined ? ordered.length : ordered.findIndex((each) => each.id === before);
  const within = ordered
    .slice(from, Math.max(from, to))
    .filter((each) => parent === undefined || each.owner === parent)
    .filter((each) => tags === undefined || tags.includes(each.state));
  const backwards = before !== undefined && after === undefined;
  return { data: backwards ? within.slice(-limit) : within.slice(0, limit), hasMore: within.length > limit };
}

describe("a store", () => {
  test("holds what a plain list would, page by page", () => {
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 40 }),
        fc.array(query, { minLength: 1, maxLength: 8 }),
        (steps, queries) => {
          const database = openDatabase(":memory:");
          const store = createSqliteStore(database);
          let list: Thing[] = [];
          for (const step of steps) {
            perform(store, step);
            list = apply(list, step);
          }
          expect(store.all(things)).toEqual(list);
          for (const each of queries) {
            const cursors = [each.after, each.before].filter((cursor) => cursor !== undefined);
            if (!cursors.every((cursor) => list.some((item) => item.id === cursor))) continue;
            expect(store.page(things, each)).toEqual(expectedPage(list, each));
          }
          database.close();
        },
      ),
      { numRuns: 150 },
    );
  });

  test("goes on from an object that was removed meanwhile, and refuses a key that never was", () => {
    const store = openStore();
    for (const number of [1, 2, 3]) store.insert(things, thing({ id: number, owner: 0, state: 0 }));
    store.remove(things, "t2");
    const page = store.page(things, { order: "asc", limit: 5, after: "t2" });
    expect(page.data.map((each) => each.id)).toEqual(["t3"]);
    expect(() => store.page(things, { order: "asc", limit: 5, after: "t9" })).toThrow(UnknownKey);
    expect(() => store.page(others, { order: "asc", limit: 5, after: "t1" })).toThrow(UnknownKey);
  });

  test("undoes the whole transaction when a part of it fails", () => {
    const store = openStore();
    store.insert(things, thing({ id: 1, owner: 0, state: 0 }));
    expect(() =>
      store.transaction(() => {
        store.remove(things, "t1");
        store.transaction(() => store.insert(things, thing({ id: 2, owner: 0, state: 0 })));
        store.insert(things, thing({ id: 2, owner: 0, state: 0 }));
      }),
    ).toThrow("UNIQUE");
    expect(store.all(things).map((each) => each.id)).toEqual(["t1"]);
  });

  test("keeps kinds apart, and forgets all of them when asked", () => {
    const store = openStore();
    store.insert(things, thing({ id: 1, owner: 0, state: 0 }));
    store.insert(others, thing({ id: 1, owner: 0, state: 0 }));
    store.removeChildren(others, "o0");
    expect([store.all(things).length, store.all(others).length]).toEqual([1, 0]);
    store.clear();
    expect(store.all(things)).toEqual([]);
  });
});

describe("a database that cannot serve", () => {
  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), "playbill-"));
    onTestFinished(() => rmSync(path, { recursive: true, force: true }));
    return path;
  }
  function problemOf(path: string) {
    try {
      openDatabase(path).close();
    } catch (error) {
      if (error instanceof ProblemError) return error.problems[0];
      throw error;
    }
    return undefined;
  }

  test("is a problem with a hint, when it is damaged", () => {
    const path = join(folder(), "x.db");
    writeFileSync(path, "no database at all ".repeat(100));
    expect(problemOf(path)).toMatchObject({ code: "database_unusable", hint: expect.stringContaining("Move it away") });
  });

  test("is a problem, when its folder is missing", () => {
    expect(problemOf(join(folder(), "missing", "x.db"))).toMatchObject({ code: "database_unusable", kind: "input" });
  });

  test("is a problem, when a newer Playbill wrote it", () => {
    const path = join(folder(), "x.db");
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(problemOf(path)).toMatchObject({
      code: "database_too_new",
      hint: expect.stringContaining("Update Playbill"),
    });
  });

  test.skipIf(process.getuid?.() === 0)("is a problem, when it may not be written", () => {
    const path = join(folder(), "x.db");
    openDatabase(path).close();
    chmodSync(path, 0o444);
    expect(problemOf(path)).toMatchObject({ code: "database_unusable", hint: expect.stringContaining("writable") });
  });
});
