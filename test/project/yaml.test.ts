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
  ["an open quote", 'a: "x\n', ["bad_yaml 1:4"]],
  ["an open list", "a: [1, 2\n", ["bad_yaml 1:4"]],
  ["something merged that is no mapping", "a: { <<: 1 }\n", ["wrong_type 1:6"]],
  ["an alias to nothing, merged", "a: { <<: [*b, { c: 1 }] }\n", ["unknown_alias 1:11"]],
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

test("YAML 1.2 and nothing older: words and dates are what they look like", () => {
  const { value } = parseYaml("a.yaml", 'a: no\nb: 2026-12-31\nc: 010\nd: { "<<": 1 }\ne: ~\n1: x\n');
  expect(value).toEqual({ a: "no", b: "2026-12-31", c: 10, d: { "<<": 1 }, e: null, 1: "x" });
});

const faults: [what: string, text: string, place: string, message: RegExp, hint: RegExp][] = [
  [
    "an item with less indentation",
    "turns:\n  - a: 1\n    b: 2\n - a: 3\n   b: 4\nid: x\n",
    "4:2",
    /item is not indented/,
    /Line 2 begins with 2 .* 1\./,
  ],
  [
    "an item with more indentation",
    "turns:\n  - a: 1\n   - b: 2\nid: x\n",
    "3:4",
    /item is not indented/,
    /Line 2 begins with 2 .* 3\./,
  ],
  ["a key with less indentation", "a:\n    b: 1\n  c: 2\nd: 3\n", "3:3", /key is not indented/, /Line 2/],
  [
    "a key below an item, between two columns",
    "t:\n- u: Hi\n  expect:\n    reply: x\n   time: 3\n",
    "5:4",
    /key is not indented/,
    /Line 4/,
  ],
  ["a line below a key with a value", "name: a\n  model: b\nc: 1\n", "2:3", /already has a value/, /line above/],
  ["a quote that is never closed", 'name: "Weather\nmodel: x\ntop_p: 1\n', "1:7", /never closed/, /Close/],
  ["a quote that the next one closes", "name: 'Weather\nmodel: 'x'\ntop_p: 1\n", "1:7", /never closed/, /Close/],
  [
    "a quote in a list that a later one closes",
    'a:\n  - user: "Hi\n    expect: x\n  - user: "Bye"\n',
    "2:11",
    /never closed/,
    /Close/,
  ],
  ["an apostrophe in single quotes", "a: 'don't'\nb: 1\n", "1:9", /follow the closing quote/, /twice/],
  ["a quote in double quotes", 'a: "say "hi""\nb: 1\n', "1:10", /follow the closing quote/, /quotes/],
  ["a list with dashes after a bracket", "a: [\n  - one\nb: 2\n", "1:4", /\[ here is never closed/, /\]/],
  ["a list with dashes between brackets", "a: [\n  - one\n  ]\n", "2:3", /cannot be between brackets/, /commas/],
  ["a list that is never closed", "a: [1, 2\nb: 3\nc: 4\n", "1:4", /\[ here is never closed/, /\]/],
  ["a mapping that is never closed", "a: { b: 1\nc: 3\n", "1:4", /\{ here is never closed/, /\}/],
  ["a bracket too many", "a: [1]]\nb: 2\n", "1:7", /closes nothing/, /^$/],
  ["a missing comma", 'a: { b: "1" c: 2 }\n', "1:13", /comma is missing/, /^$/],
  ["a missing blank", "a: 1\nname:y\nz: 1\n", "2:1", /no space after the colon/, /key: value/],
  ["a line that is nothing", "a: 1\nmodel\nz: 1\n", "2:1", /neither a key/, /- item/],
  ["a list beside its key", "a: - b\n", "1:4", /must not begin on the line/, /next line/],
  ["a text with a colon", "description: Note: this is\n", "1:14", /": " must be in quotes/, /quotes/],
  ["a backslash in double quotes", 'a: "\\d+"\n', "1:5", /\\d has no meaning/, /single quotes/],
  ["a text that begins with two braces", "a: {{ name }} and more\n", "1:4", /begins with \{\{/, /\$\{\{ name \}\}/],
  ["a text that begins with a percent sign", "a: %x\n", "1:4", /cannot begin with %/, /quotes/],
  ["a text that begins with a star", "a: *x*\n", "1:4", /called/, /quotes/],
];

test.each(faults)("one error in plain words, where it began: %s", (_, text, place, message, hint) => {
  const { problems } = parseYaml("a.yaml", text);
  expect(problems.map((each) => `${each.place?.line}:${each.place?.column}`)).toEqual([place]);
  expect(problems[0]?.message).toMatch(message);
  expect(problems[0]?.hint ?? "").toMatch(hint);
});

test("law: whatever a character in the wrong place breaks, there is one error and a place in the file", () => {
  const text = 'name: Weather\ntools:\n  - function: f\n    say: "a b"\n  - [1, { b: c }]\nlast: x\n';
  const typo = fc.tuple(fc.nat(text.length), fc.constantFrom(...Array.from(" \t\n\"'[]{}:-#&*!%@,x")), fc.boolean());
  fc.assert(
    fc.property(typo, ([at, character, isReplaced]) => {
      const changed = text.slice(0, at) + character + text.slice(isReplaced ? at + 1 : at);
      const errors = parseYaml("a.yaml", changed).problems.filter(({ severity }) => severity === "error");
      if (errors.some(({ code }) => code === "bad_yaml" || code === "tab_indent")) expect(errors).toHaveLength(1);
      for (const { place } of errors) expect(changed.split("\n")[(place?.line ?? 0) - 1]).toBe(place?.text);
    }),
    { numRuns: 1_000 },
  );
});

describe("what is not read as it looks is a warning", () => {
  test.each([
    ["description: see ticket #42\n", ["comment_after_text 1:14"], { description: "see ticket" }],
    ["a: [b #c\n  ]\n", ["comment_after_text 1:5"], { a: ["b"] }],
    ["- a\t# b\n", ["comment_after_text 1:3"], ["a"]],
    ["a: b  # two blanks\n", [], { a: "b" }],
    ["a: 'b' # quotes\n", [], { a: "b" }],
    ["a: 1 # a number\nb: # nothing\n  c\n", [], { a: 1, b: "c" }],
    ["a: b\n# a line of its own\n", [], { a: "b" }],
    ["a: b#c\n", [], { a: "b#c" }],
    ["tools:\n- a\n  - b\n", ["list_in_text 2:3"], { tools: ["a - b"] }],
    ["a: x\n  y - z\n", [], { a: "x y - z" }],
  ])("%j", (text, warnings, value) => {
    const parsed = parseYaml("a.yaml", text);
    expect(parsed.problems.map(({ code, place }) => `${code} ${place?.line}:${place?.column}`)).toEqual(warnings);
    expect(parsed.problems.every(({ severity }) => severity === "warning")).toBe(true);
    expect(parsed.value).toEqual(value);
  });
});

describe("merge keys", () => {
  const text = "x: &x { a: 1, b: { c: 2 } }\ny: &y { a: 3, d: 4 }\nz:\n  <<: [*x, *y]\n  a: 5\nq: { <<: *x }\n";

  test("put one mapping into another; the own keys take precedence, then the earlier mapping", () => {
    expect(parseYaml("a.yaml", text)).toMatchObject({
      problems: [],
      value: { z: { a: 5, b: { c: 2 }, d: 4 }, q: { a: 1, b: { c: 2 } } },
    });
  });

  test.each<[path: Path, place: string]>([
    [["z", "a"], "5:6"],
    [["z", "b", "c"], "1:23"],
    [["z", "d"], "2:18"],
    [["q", "a"], "1:12"],
  ])("%j has its place where it is written", (path, place) => {
    const found = parseYaml("a.yaml", text).place(path);
    expect(`${found.line}:${found.column}`).toBe(place);
  });
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
