import fc from "fast-check";
import { expect, test } from "vitest";
import { yamlText } from "../../../src/project/write/yaml-text.ts";
import { parseYaml } from "../../../src/project/yaml.ts";
import { hostileText } from "./hostile-text.ts";

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    hostileText,
    fc.constantFrom(null, true, 0, -1, 0.1, 1e21, 9_007_199_254_740_991),
    fc.array(tie("any"), { maxLength: 4 }),
    fc.dictionary(
      hostileText.filter((key) => key !== "__proto__" && key.length < 300),
      tie("any"),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).any;

test("law: what is written is read back as the same value, without a warning", () => {
  fc.assert(
    fc.property(value, (given) => {
      const text = yamlText({ key: given });
      expect(text).not.toBeNull();
      expect(JSON.stringify(parseYaml("", text ?? "").value)).toBe(JSON.stringify({ key: given }));
    }),
    { numRuns: 1000 },
  );
});

test("the usual style", () => {
  const given = {
    name: "Support: EU",
    instructions: "Be kind.\n\nAlways.\n",
    temperature: 0.2,
    tools: ["code_interpreter", { function: "lookup" }],
    parameters: { type: "object", properties: { unit: { enum: ["c", "f"] } }, required: [] },
    metadata: { on: "yes", "<<": "x" },
  };
  expect(yamlText(given)).toBe(`name: "Support: EU"
instructions: |
  Be kind.

  Always.
temperature: 0.2
tools:
  - code_interpreter
  - function: lookup
parameters:
  type: object
  properties:
    unit:
      enum: [c, f]
  required: []
metadata:
  "on": "yes"
  "<<": x
`);
});

test.each([
  ["a key that no file may have", JSON.parse('{ "__proto__": 1 }')],
  ["a number that is not kept exactly", { a: 2 ** 60 }],
  ["what is nested too deep", Array.from({ length: 120 }).reduce((inner) => [inner], 1)],
])("%s is not written", (_what, given) => {
  expect(yamlText(given)).toBeNull();
});
