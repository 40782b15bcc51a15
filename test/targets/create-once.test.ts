import fc from "fast-check";
import { expect, test } from "vitest";
import { ProblemError } from "../../src/problem.ts";
import { assistantKind } from "../../src/resources/assistant/kind.ts";
import { fileKind } from "../../src/resources/file/kind.ts";
import { resourceKinds } from "../../src/resources/kinds.ts";
import type { Marker, ResourceKind } from "../../src/resources/resource.ts";
import { vectorStoreKind } from "../../src/resources/vector-store/kind.ts";
import { handbook, openRegistry } from "./handbook.ts";
import { type Fault, newFile } from "./knowledge.ts";
import { plainSpec } from "./spec.ts";

/** What can become of a request that makes something; `null`: nothing happens to it. */
const fates: (Fault | null)[] = [null, 429, 400, 500, "cut before", "cut after", "500 after"];
const file = newFile("a.md", "Hello there");
const specs: Record<string, object> = {
  [fileKind.name]: { filename: file.filename, bytes: file.bytes, sha256: file.sha256 },
  [vectorStoreKind.name]: handbook([]),
  [assistantKind.name]: plainSpec,
};
const paths: Record<string, string> = {
  [fileKind.name]: "/files",
  [vectorStoreKind.name]: "/vector_stores",
  [assistantKind.name]: "/assistants",
};

/** The target at which creates of this kind meet these fates, in order, and a create of it. */
async function targetWith(kind: ResourceKind, met: readonly (Fault | null)[], list: Fault | null) {
  const { registry, side, work } = await openRegistry();
  for (const fault of met) side.failing(`POST ${paths[kind.name]}`, fault ?? (() => null));
  if (list !== null) side.failing(`GET ${paths[kind.name]}`, list);
  const marker: Marker | null = kind.isMarked ? { owner: `desk/prod/${kind.name}.a`, spec: "2 name=a", rev: "" } : null;
  const own = { ...work, contentOf: () => file.open() };
  return {
    side,
    create: (more: Partial<typeof own> = {}) => registry.create(kind, specs[kind.name]!, marker, { ...own, ...more }),
    ids: async () => (await side.all(paths[kind.name]!)).map(({ id }) => String(id)),
  };
}

const kinds: ResourceKind[] = [...resourceKinds];
const fate = fc.constantFrom(...fates);

test.each(kinds.map((kind) => [kind.name, kind] as const))(
  "law: whatever becomes of the answers, a create of kind %s makes one object, or none and says what is not known",
  async (_, kind) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 7 }), fate, async (met, list) => {
        const { create, ids } = await targetWith(kind, met, list);
        const made = await create().then(
          ({ id }) => id,
          (error: unknown) => error,
        );
        const there = await ids();
        if (typeof made === "string") {
          expect(there).toEqual([made]);
          return;
        }
        expect(made).toBeInstanceOf(ProblemError);
        const [problem] = (made as ProblemError).problems;
        expect(there.length).toBeLessThanOrEqual(1);
        if (there.length === 1) expect(problem?.hint).toMatch(/is not known/);
        else if (met.find((each) => each !== 429) !== 400)
          expect(problem?.hint).toMatch(/is not known|did not find it/);
      }),
      { numRuns: 40 },
    );
  },
);

test.each(kinds.map((kind) => [kind.name, kind] as const))(
  "law: of creates of kind %s that look the same, each gets an object of its own",
  async (_, kind) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<Fault | null>(null, 500, "cut after"), { maxLength: 4 }),
        async (met) => {
          const { create, ids } = await targetWith(kind, met, null);
          const made = await Promise.all([create(), create(), create()]);
          expect(new Set(made.map(({ id }) => id)).size).toBe(3);
          expect((await ids()).toSorted()).toEqual(made.map(({ id }) => id).toSorted());
        },
      ),
      { numRuns: 10 },
    );
  },
);

test.each(["null", "[]", "true", '"no"', "{}"])(
  "an answer of %s is none: what was made is looked for",
  async (text) => {
    for (const kind of kinds) {
      const { create, ids, side } = await targetWith(kind, [], null);
      side.failing(`POST ${paths[kind.name]}`, async (request) => {
        await side.app.fetch(request);
        return new Response(text, { headers: { "content-type": "application/json" } });
      });
      const { id } = await create();
      expect(await ids()).toEqual([id]);
    }
  },
);

test.each(kinds.filter(({ isMarked }) => isMarked).map((kind) => [kind.name, kind] as const))(
  "an object of kind %s that is replaced, or known, is not taken for the one whose answer was lost",
  async (_, kind) => {
    const { create, ids } = await targetWith(kind, [null, null, "cut before"], null);
    const old = await create();
    const known = await create({ isOwn: (id) => id === old.id });
    const made = await create({ isOwn: (id) => id === known.id, replaces: old });
    expect(await ids()).toHaveLength(3);
    expect([old.id, known.id]).not.toContain(made.id);
  },
);
