import fc from "fast-check";
import { expect, test } from "vitest";
import { isObject } from "../../src/kit/json.ts";
import { withDefaults } from "../../src/project/defaults.ts";
import type { Path } from "../../src/project/project.ts";
import type { Place } from "../../src/problem.ts";

const merging = { mappings: new Set(["a", "a.b"]), lists: new Set(["tags"]) };
const leaf = fc.oneof(fc.integer(), fc.array(fc.integer(), { maxLength: 2 }));
const inner = fc.dictionary(fc.constantFrom("x", "y"), leaf);
const layer = fc.record(
  {
    a: fc.oneof(leaf, fc.record({ b: fc.oneof(leaf, inner), c: leaf }, { requiredKeys: [] })),
    d: fc.oneof(leaf, inner),
    tags: fc.uniqueArray(fc.constantFrom("p", "q", "r")),
  },
  { requiredKeys: [] },
);

/** A layer whose places say where they lead: the layer, and the path in it. */
const placing =
  (name: number) =>
  (path: Path): Place => ({ file: String(name), line: 1, column: 1, length: 1, text: JSON.stringify(path) });

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((holder, key) => (holder as Record<string, unknown> | undefined)?.[key], value);

/** Every path that leads to something that is not merged. */
function leaves(value: unknown, path: Path = []): Path[] {
  const isMerged = path.length === 0 || merging.mappings.has(path.join("."));
  if (isMerged && isObject(value)) return Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]));
  if (merging.lists.has(path.join("."))) return (value as unknown[]).map((_, index) => path.concat(index));
  return [path];
}

test("every value has the place of the nearest layer that says it", () => {
  fc.assert(
    fc.property(fc.array(layer, { minLength: 1, maxLength: 4 }), (layers) => {
      const [own = {}, ...others] = layers;
      const defaults = others.map((values, index) => ({ values, place: placing(index + 1), file: `${index + 1}` }));
      const { value, place, origin } = withDefaults(own, placing(0), defaults, merging);
      for (const path of leaves(value)) {
        const found = place(path);
        const said = at(layers[Number(found.file)], JSON.parse(found.text) as Path);
        expect(said).toEqual(at(value, path));
        expect(origin(path)).toBe(found.file === "0" ? null : found.file);
        if (path[0] === "tags") continue;
        const nearer = layers.slice(0, Number(found.file)).map((each) => at(each, path));
        expect(nearer.filter((each) => each !== undefined)).toEqual([]);
      }
      const all = new Set(layers.flatMap(({ tags = [] }) => tags));
      expect(new Set((value as { tags?: string[] }).tags ?? [])).toEqual(all);
    }),
  );
});
