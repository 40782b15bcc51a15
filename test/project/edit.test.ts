import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { yamlText } from "../../src/project/write/yaml-text.ts";
import { parseYaml } from "../../src/project/yaml.ts";
import { hostileText } from "./write/hostile-text.ts";
import { type YamlEdit, editYaml } from "../../src/project/edit/yaml-edit.ts";

const file = `# Our support desk.
model:   gpt-4o      # cheap
description: >
  Folded text
  over lines.
temperature: 0.20    # low

tools:
- code_interpreter   # charts
- function: lookup
- { file_search: {max_num_results: 5} }
metadata: { team: orders, tier: "1" }
# the end
`;

function edited(text: string, ...edits: YamlEdit[]): string {
  const result = editYaml(text, edits, ["model", "description", "temperature", "top_p", "tools", "metadata"]);
  if (result.kind === "refused") throw new Error(result.why);
  return result.text;
}

/** The lines that differ, as a diff shows them. */
function difference(before: string, after: string): string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `-${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+${line}`),
  ];
}

describe("only what changes is touched", () => {
  test.each<[string, YamlEdit[], string[]]>([
    ["a number", [{ path: ["temperature"], value: 0.7 }], ["-temperature: 0.20    # low", "+temperature: 0.70  # low"]],
    ["the same value", [{ path: ["temperature"], value: 0.2 }], []],
    ["a new key goes where it belongs", [{ path: ["top_p"], value: 0.5 }], ["+top_p: 0.5"]],
    ["a key that goes", [{ path: ["temperature"], value: undefined }], ["-temperature: 0.20    # low"]],
    [
      "a key of metadata",
      [{ path: ["metadata", "team"], value: "sales" }],
      ['-metadata: { team: orders, tier: "1" }', '+metadata: { team: sales, tier: "1" }'],
    ],
    [
      "a tool that comes",
      [
        {
          path: ["tools"],
          value: [
            "code_interpreter",
            { function: "lookup" },
            { file_search: { max_num_results: 5 } },
            { function: "refund" },
          ],
        },
      ],
      ["+- function: refund"],
    ],
    [
      "a tool that goes",
      [{ path: ["tools"], value: ["code_interpreter", { file_search: { max_num_results: 5 } }] }],
      ["-- function: lookup"],
    ],
    [
      "another option of a tool",
      [
        {
          path: ["tools"],
          value: ["code_interpreter", { function: "lookup" }, { file_search: { max_num_results: 9 } }],
        },
      ],
      ["-- { file_search: {max_num_results: 5} }", "+- { file_search: { max_num_results: 9 } }"],
    ],
    [
      "a text of several lines",
      [{ path: ["model"], value: "a\nb" }],
      ["-model:   gpt-4o      # cheap", "+model: |-  # cheap", "+  a", "+  b"],
    ],
  ])("%s", (_what, edits, expected) => {
    const after = edited(file, ...edits);
    expect(difference(file, after)).toEqual(expected);
  });

  test("line ends are kept, and whether there is one at the end", () => {
    const windows = "a: 1\r\nb: 2 # two";
    expect(edited(windows, { path: ["a"], value: 3 })).toBe("a: 3\r\nb: 2 # two");
  });
});

test("law: the file says the new values, and the others as before", () => {
  const values = fc.dictionary(
    fc.constantFrom("model", "description", "tools", "metadata", "other"),
    fc.oneof(
      hostileText,
      fc.constantFrom(0.5, true, null),
      fc.array(hostileText, { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("a", "b", "<<"), hostileText),
    ),
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(values, values, fc.constantFrom("\n", "\r\n"), (before, changes, end) => {
      const text = `# top\n${yamlText(before) ?? ""}`.replaceAll("\n", end);
      const edits = Object.entries(changes).map(([key, value]) => ({ path: [key], value }));
      const { value } = parseYaml("", edited(text, ...edits));
      expect(value).toEqual({ ...before, ...changes });
    }),
  );
});

describe("what occurs in several places", () => {
  const shared = "x-tone: &tone Be kind.\ndescription: *tone\nmodel: gpt-4o\n";

  test("an alias gets a value of its own", () => {
    expect(edited(shared, { path: ["description"], value: "Be brief." })).toBe(
      "x-tone: &tone Be kind.\ndescription: Be brief.\nmodel: gpt-4o\n",
    );
  });

  test("what is repeated elsewhere is not edited", () => {
    const anchored = "description: &tone Be kind.\nname: *tone\n";
    expect(editYaml(anchored, [{ path: ["description"], value: "x" }])).toMatchObject({
      kind: "refused",
      path: ["description"],
    });
  });

  test("what is merged in is not taken away, and a key of one's own goes before it", () => {
    const merged = "x-base: &base { temperature: 0.2 }\n<<: *base\nmodel: gpt-4o\n";
    expect(editYaml(merged, [{ path: ["temperature"], value: undefined }])).toMatchObject({ kind: "refused" });
    expect(edited(merged, { path: ["temperature"], value: 0.7 })).toContain("\ntemperature: 0.7\n");
  });
});
