import { expect, test } from "vitest";
import { openProjectFiles } from "../../../src/project/files.ts";
import { loadProject } from "../../../src/project/load.ts";
import { createDependencies } from "../../../src/scenarios/selection/dependencies.ts";
import { importsIn } from "../../../src/scenarios/selection/module-imports.ts";
import { scenarioSide } from "../../../src/scenarios/rules/rules.ts";
import { folder } from "../folder.ts";

const files = {
  "playbill.yaml": "project: desk\n",
  "assistants/desk.yaml": `
model: gpt-4o-mini
instructions: [{ file: ./desk.md }, { file: ./shared/tone.md }]
tools: [{ function: lookup }, { function: ship }, { file_search: { vector_store: handbook } }]
`,
  "assistants/desk.md": "Be brief.\n",
  "assistants/shared/tone.md": "Be kind.\n",
  "assistants/other.yaml": "model: gpt-4o-mini\n",
  "assistants/tools/lookup.yaml": "parameters: { type: object }\nhandler: ./lookup.ts\n",
  "assistants/tools/lookup.ts": 'import { rates } from "./lib/rates.ts";\nexport default () => rates;\n',
  "assistants/tools/lib/rates.ts": 'import { base } from "./base";\nexport const rates = base;\n',
  "assistants/tools/lib/base.ts": "export const base = 1;\n",
  "assistants/tools/ship.yaml": "parameters: { type: object }\nhandler: { command: [python3, ./ship.py, --now] }\n",
  "assistants/tools/ship.py": "print(1)\n",
  "assistants/vector_stores/handbook.yaml": 'files: ["./pages/*.md"]\n',
  "assistants/vector_stores/pages/leave.md": "Leave.\n",
  "scenarios/late.yaml": `
assistant: desk
tools: { lookup: [{ module: ./stubs/late.ts }] }
turns: [{ user: hi, expect: { reply: { json: { schema: ./reply.json } } } }]
`,
  "scenarios/stubs/late.ts": "export default () => 1;\n",
  "scenarios/reply.json": '{ "type": "object" }\n',
  "scenarios/other.yaml": "assistant: other\nturns: [{ user: hi, expect: { reply: { contains: x } } }]\n",
};

test("a scenario depends on what it names, on its assistant, and on whatever those name in turn", async () => {
  const root = await folder(files);
  const { project, problems } = await loadProject(root, {}, scenarioSide, { files: "all" });
  if (project === null) throw new Error(JSON.stringify(problems));
  const dependenciesOf = createDependencies(project, openProjectFiles(root));
  const found = Object.fromEntries(
    project.scenarios.map((declared) => [
      declared.name,
      dependenciesOf(declared).map(({ kind, file }) => `${kind} ${file}`),
    ]),
  );
  expect(found.other).toEqual([
    "settings playbill.yaml",
    "scenario scenarios/other.yaml",
    "assistant assistants/other.yaml",
  ]);
  expect(found.late?.toSorted()).toEqual([
    "assistant assistants/desk.yaml",
    "handler assistants/tools/lib/base.ts",
    "handler assistants/tools/lib/rates.ts",
    "handler assistants/tools/lookup.ts",
    "handler assistants/tools/ship.py",
    "instructions assistants/desk.md",
    "instructions assistants/shared/tone.md",
    "knowledge assistants/vector_stores/pages/leave.md",
    "own scenarios/reply.json",
    "own scenarios/stubs/late.ts",
    "scenario scenarios/late.yaml",
    "settings playbill.yaml",
    "tool assistants/tools/lookup.yaml",
    "tool assistants/tools/ship.yaml",
    "vector_store assistants/vector_stores/handbook.yaml",
  ]);
});

test.each([
  ['import a from "./a.ts"', ["./a.ts"]],
  ["import { a } from '../b/c.js';", ["../b/c.js"]],
  ['import "./side.ts";\nexport * from "./a.ts"; import x from "node:fs";', ["./side.ts", "./a.ts"]],
  ['const a = await import("./late.ts"); const b = require("./old.cjs");', ["./late.ts", "./old.cjs"]],
  ['const text = "from the start";', []],
])("the relative imports of %s", (text, expected) => {
  expect(importsIn(text)).toEqual(expected);
});
