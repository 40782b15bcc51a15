import fc from "fast-check";
import { expect, test } from "vitest";
import { resourceKinds } from "../../src/resources/kinds.ts";
import type { Desired } from "../../src/resources/resource.ts";
import { hasChanges } from "../../src/sync/plan/plan-format.ts";
import { plan } from "../../src/sync/plan/plan.ts";
import { type Happening, type Knowledge, happenings, knowledge } from "./arbitrary.ts";
import { file, openKnowledgeDesk, searching, store, uploadForeign } from "./knowledge.ts";
import { assistant, emptyOptions } from "./project.ts";

const fine = { max_chunk_size_tokens: 400, chunk_overlap_tokens: 100 };

/** Everything that such a project declares: an assistant a store, and one that needs nothing. */
function declared({ texts, stores }: Knowledge): Desired[] {
  const used = [...new Set(stores.flatMap(({ paths }) => paths))];
  const files = new Map(used.map((path) => [path, file(path, texts[path] ?? "")]));
  return [
    assistant("plain"),
    ...files.values(),
    ...stores.flatMap(({ name, paths, isCutFine }) => [
      store(
        name,
        paths.map((path) => files.get(path)!),
        isCutFine ? { chunking: fine } : {},
      ),
      searching(name, [name], paths.slice(0, 1)),
    ]),
  ];
}

test(
  "the plan after a sync of knowledge is empty, makes only GETs, and does not depend on any order",
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(knowledge, knowledge, async (first, second) => {
        const { sync, requests, desk, registry } = await openKnowledgeDesk();
        for (const desired of [declared(first), declared(second)]) {
          expect((await sync(desired)).problems).toEqual([]);
          requests.length = 0;
          const { lock, journal } = desk;
          const again = await desk.plan(desired, { prune: true });
          expect(again.resources.every(({ action }) => action === "unchanged")).toBe(true);
          expect(hasChanges(again)).toBe(false);
          expect(requests.filter((each) => !each.startsWith("GET "))).toEqual([]);
          expect([desk.lock, desk.journal]).toEqual([lock, journal]);
        }
        const live = (await Promise.all(resourceKinds.map((kind) => Array.fromAsync(registry.list(kind))))).flat();
        const options = { ...emptyOptions, kinds: resourceKinds, lock: desk.lock!, live, desired: declared(first) };
        const one = plan(options);
        const shuffled = { ...options, live: live.toReversed(), desired: options.desired.map(turned).toReversed() };
        expect(plan(shuffled).resources).toEqual(
          one.resources.map((each) => expect.objectContaining({ ...each, changes: expect.anything() })),
        );
      }),
      { numRuns: 12 },
    );
  },
);

/** The same with its files in another order. */
function turned(desired: Desired): Desired {
  if (!("files" in desired.spec)) return desired;
  const files = desired.spec.files as { kind: "members"; members: readonly object[] };
  return { ...desired, spec: { ...desired.spec, files: { ...files, members: files.members.toReversed() } } };
}

test(
  "whatever happens to knowledge, the next whole sync ends as the files say, and leaves what is not ours",
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(knowledge, happenings, async (first, steps) => {
        const side = await openKnowledgeDesk();
        const foreign: string[] = [await uploadForeign(side.side, "one.md")];
        let desired = declared(first);
        for (const step of steps) desired = await happen(side, step, desired, foreign);
        const all = { prune: true, take: { "*": "ours" as const } };
        expect((await side.sync(desired, all)).problems).toEqual([]);
        const last = await side.plan(desired);
        expect(last.resources.map(({ action }) => action)).toEqual(desired.map(() => "unchanged"));
        const files = desired.filter(({ kind }) => kind === "file");
        const kept = await side.ids("/files");
        expect(kept).toEqual(expect.arrayContaining(foreign));
        expect(kept).toHaveLength(files.length + foreign.length);
        expect(await side.ids("/vector_stores")).toHaveLength(
          desired.filter(({ kind }) => kind === "vector_store").length,
        );
      }),
      { numRuns: 25 },
    );
  },
);

/** One step of a walk; gives what is declared after it. */
async function happen(
  { side, killed, sync, ids }: Awaited<ReturnType<typeof openKnowledgeDesk>>,
  step: Happening,
  desired: Desired[],
  foreign: string[],
): Promise<Desired[]> {
  const pick = (all: readonly string[], number: number) => all[number % Math.max(1, all.length)];
  const all = { prune: true, take: { "*": "ours" as const } };
  switch (step.kind) {
    case "declare":
      return declared(step.knowledge);
    case "sync":
      await sync(desired, all);
      return desired;
    case "killed":
      await killed(desired, step.point, all);
      return desired;
    case "delete": {
      const store = pick(await ids("/vector_stores"), step.number);
      const list = step.list === "members" ? store && `/vector_stores/${store}/files` : step.list;
      const id =
        list &&
        pick(
          (await ids(list)).filter((each) => !foreign.includes(each)),
          step.number,
        );
      if (list && id) await side.ask("DELETE", `${list}/${id}`);
      return desired;
    }
    case "fill": {
      const store = pick(await ids("/vector_stores"), step.number);
      const added = await uploadForeign(side, "one.md");
      foreign.push(added);
      if (store) await side.ask("POST", `/vector_stores/${store}/files`, { file_id: added });
      return desired;
    }
    case "rename": {
      const store = pick(await ids("/vector_stores"), step.number);
      if (store) await side.ask("POST", `/vector_stores/${store}`, { name: "Renamed" });
      return desired;
    }
  }
}
