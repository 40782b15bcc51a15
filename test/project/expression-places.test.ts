import { expect, test } from "vitest";
import { brief, problemsOf } from "./project-folder.ts";

test.each([
  ["a", ["unknown_name 22"]],
  ["vars. }} ${{ vars.a", ["bad_expression 26", "unknown_name 35"]],
  ["vars.ab }} ${{ vars.a", ["unknown_name 22", "unknown_name 37"]],
  ["a }} ${{ vars.x }} ${{ a", ["unknown_name 22", "unknown_name 31"]],
  ["vars.a }} ${{ a }} ${{", ["unknown_name 22", "unknown_name 36", "bad_expression 45"]],
])("the faults of ${{ %s }} are where they stand", async (text, expected) => {
  const problems = await problemsOf({
    "scenarios/s.yaml": `assistant: weather\nturns: [{ user: "\${{ ${text} }}", script: [{ say: Hi }] }]\n`,
  });
  const prefix = " scenarios/s.yaml:2:";
  expect(problems.map(brief)).toEqual(expected.map((each) => each.replace(" ", prefix)));
});
