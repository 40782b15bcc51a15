import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { Path } from "../../src/project/project.ts";
import { parseYaml } from "../../src/project/yaml.ts";

const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
  .concat(
    "bcdefgh"
      .split("")
      .map((letter, index) => `${letter}: &${letter} [${Array(10).fill(`*${"abcdefg"[index]}`).join(", ")}]`),
  )
  .join("\n");

const broken: [what: string, text: string, problems: string[]][] = [
  ["a tab", "a:\n\tb: 1\n", ["tab_indent 2:1"]],
  ["an open quote", 'a: "x\n', ["bad_yaml 2:1"]],
  ["an open list", "a: [1, 2\n", ["bad_yaml 2:1"]],
  ["a colon in plain text", "a: b: c\n", ["bad_yaml 1:4"]],
  ["a key twice", "a: 1\nb: 2\na: 3\n", ["duplicate_key 3:1"]],
  ["a key twice in a flow map", "{ a: 1, b: { c: 1, c: 2 } }\n", ["duplicate_key 1:20"]],
  ["two documents", "a: 1\n---\na: 2\n", ["many_documents 2:1"]],
  ["a key that is a list", "? [a]\n: 1\n", ["wrong_type 1:3"]],
  ["an unknown tag", "a: !thing x\n", ["unknown_tag 1:4"]],
  ["binary", "a: !!binary aGk=\n", ["unknown_tag 1:4"]],
  ["an alias of nothing", "a: *b\n", ["unknown_alias 1:4"]],
  ["an alias before its anchor", "a: *b\nb: &b 1\n", ["unknown_alias 1:4"]],
  ["an alias inside its own anchor", "a: &a [*a]\n", ["alias_loop 1:8"]],
  ["a prototype", "__proto__: { a: 1 }\n", ["unknown_key 1:1"]],
  ["no number", "a: .nan\n", ["wrong_type 1:4"]],
  ["a number that JavaScript cannot hold", "id: 12345678901234567890\n", ["out_of_range 1:5"]],
  ["an older YAML", "%YAML 1.1\n---\na: yes\n", ["bad_yaml 1:1"]],
  ["nesting without end", "[".repeat(50_000), ["too_deep 1:101"]],
  ["nesting without end in lists", "- ".repeat(50_000), ["too_deep 1:201"]],
  ["an alias bomb", bomb, ["alias_bomb 4:36"]],
];

test.each(broken)("%s", (_, text, problems) => {
  const parsed = parseYaml("a.yaml", text);
  expect(parsed.problems.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`)).toEqual(problems);
  expect(parsed.value).toBeUndefined();
});

test("YAML 1.2 and nothing older: words, dates and merge keys are what they look like", () => {
  const { value } = parseYaml("a.yaml", "a: no\nb: 2026-12-31\nc: 010\nd: { <<: 1 }\ne: ~\n1: x\n");
  expect(value).toEqual({ a: "no", b: "2026-12-31", c: 10, d: { "<<": 1 }, e: null, 1: "x" });
});

test("aliases repeat a value", () => {
  expect(parseYaml("a.yaml", "a: &a { b: 1 }\nc: [*a, *a]\n").value).toEqual({ a: { b: 1 }, c: [{ b: 1 }, { b: 1 }] });
  const reused = "- &y 1\n- &x { k: *y }\n- &y 2\n- *x\n- *y\n";
  expect(parseYaml("a.yaml", reused).value).toEqual([1, { k: 1 }, 2, { k: 1 }, 2]);
});

describe("places", () => {
  const text = "name: Weather\r\ntools:\r\n  - function: 天気\r\n    say: |\r\n      one\r\n      two ${{ x }}\r\n";
  const { place } = parseYaml("a.yaml", text);
  const shown = (...args: Parameters<typeof place>) => {
    const { line, column, length } = place(...args);
    return [line, column, length];
  };
  const rows: [what: string, args: Parameters<typeof place>, expected: number[]][] = [
    ["a key", [["name"], "key"], [1, 1, 4]],
    ["a value", [["name"]], [1, 7, 7]],
    ["an item's key", [["tools", 0, "function"], "key"], [3, 5, 8]],
    ["a wide value", [["tools", 0, "function"]], [3, 15, 2]],
    ["a piece of a block", [["tools", 0, "say"], { text: "x", start: 0, end: 1 }], [6, 15, 1]],
    ["what is not there: what is around it", [["tools", 0, "nope"], "key"], [3, 5, 12]],
    ["nothing at all", [[]], [1, 1, 13]],
  ];
  test.each(rows)("%s", (_, args, expected) => {
    expect(shown(...args)).toEqual(expected);
  });
  test("a line has no line end", () => {
    expect(place(["name"]).text).toBe("name: Weather");
  });
});

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const yamlText = fc.tuple(json, fc.constantFrom("block" as const, "flow" as const)).map(([value, collectionStyle]) => ({
  value,
  text: stringify(value, null, { collectionStyle, aliasDuplicateObjects: false }),
}));

test("law: what was written is read", () => {
  fc.assert(
    fc.property(yamlText, ({ value, text }) => {
      fc.pre(!text.includes("__proto__") && !/\d{16}|e\+/.test(text));
      expect(parseYaml("a.yaml", text)).toMatchObject({ value, problems: [] });
    }),
    { numRuns: 60 },
  );
});

test("law: every key and value has a place inside the file, and a scalar's place shows it", () => {
  fc.assert(
    fc.property(yamlText, ({ value, text }) => {
      const lines = text.split("\n");
      const { place } = parseYaml("a.yaml", text);
      for (const path of pathsIn(value, [])) {
        for (const at of ["key", "value"] as const) {
          const { line, column, length, text: shown } = place(path, at);
          expect(lines[line - 1]).toBe(shown);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column - 1 + length).toBeLessThanOrEqual(Math.max(1, shown.length));
        }
      }
    }),
    { numRuns: 40 },
  );
});

function pathsIn(value: unknown, path: Path): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, each]) =>
      pathsIn(each, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}
