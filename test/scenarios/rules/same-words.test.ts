import { expect, test } from "vitest";
import { loadProject } from "../../../src/project/load.ts";
import { scenarioSide } from "../../../src/scenarios/rules/rules.ts";
import { folderOf } from "../../project/project-folder.ts";

const base = {
  "playbill.yaml": "project: desk\nvars: { shop: main }\n",
  "assistants/a.yaml": "model: gpt-4o\n",
  "assistants/b.yaml": "model: gpt-4o\n",
};

/** A scenario of these turns, each with what is said and what the script answers. */
function saying(turns: [string, string][], { assistant = "a", more = "" } = {}): string {
  const written = turns.map(
    ([user, say]) => `  - user: ${user}\n    script: [{ say: "${say}" }]\n    expect: { status: completed }`,
  );
  return `assistant: ${assistant}\n${more}turns:\n${written.join("\n")}\n`;
}

async function warningsOf(files: Record<string, string>): Promise<string[]> {
  const { testProblems } = await loadProject(folderOf({ ...base, ...files }), {}, scenarioSide);
  return testProblems.map(
    ({ severity, code, place, message }) => `${severity} ${code} ${place?.file}:${place?.line} ${message}`,
  );
}

test("two scenarios that say the same and are answered differently: both places", async () => {
  const files = {
    "scenarios/late.yaml": saying([["Where is it?", "late"]]),
    "scenarios/lost.yaml": saying([
      ["Where is it?", "lost"],
      ["Oh.", "sorry"],
    ]),
    "scenarios/other.yaml": saying([["Where is it?", "other"]], { assistant: "b" }),
    "scenarios/same.yaml": saying([
      ["Where is it?", "late"],
      ["And now?", "late"],
    ]),
  };
  expect(await warningsOf(files)).toEqual([
    "warning same_words scenarios/lost.yaml:3 scenarios/late.yaml:3 says the same to a, and its script answers differently",
  ]);
});

test("what was said before counts, and so do variables", async () => {
  const files = {
    "scenarios/one.yaml": saying([
      ["Hi", "x"],
      ["Where is it?", "late"],
    ]),
    "scenarios/two.yaml": saying([
      ["Hello", "x"],
      ["Where is it?", "lost"],
    ]),
    "scenarios/three.yaml": saying(
      [
        ["${{ vars.greeting }}", "x"],
        ["Where is it?", "${{ vars.shop }}"],
      ],
      { more: "vars: { greeting: Hi }\n" },
    ),
  };
  expect(await warningsOf(files)).toEqual([
    "warning same_words scenarios/three.yaml:7 scenarios/one.yaml:6 says the same to a, and its script answers differently",
  ]);
});

test("a matrix whose axis is not in what the user says", async () => {
  const more = "matrix: { axes: { locale: [en, de] } }\n";
  const apart = saying([["Hi ${{ matrix.locale }}", "in ${{ matrix.locale }}"]], { more });
  expect(await warningsOf({ "scenarios/m.yaml": apart })).toEqual([]);
  const [found, ...others] = await warningsOf({
    "scenarios/m.yaml": saying([["Hi", "in ${{ matrix.locale }}"]], { more }),
  });
  expect(found).toContain("scenarios/m.yaml:2 two cells of the matrix say the same");
  expect(others).toEqual([]);
});

test("a matrix with more cells than could be run is refused before it is made", async () => {
  const axis = (name: string) => `${name}: [${Array.from({ length: 100 }, (_, index) => index).join(", ")}]`;
  const yaml = `assistant: a\nmatrix: { axes: { ${axis("x")}, ${axis("y")}, ${axis("z")}, ${axis("w")} } }\nturns: [{ user: hi, expect: { status: failed } }]\n`;
  const { problems } = await loadProject(folderOf({ ...base, "scenarios/m.yaml": yaml }), {}, scenarioSide);
  expect(problems).toMatchObject([{ code: "too_many", message: expect.stringContaining("100,000,000") as string }]);
});
