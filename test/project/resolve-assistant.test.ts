import { expect, test } from "vitest";
import { resolveAssistant } from "../../src/project/resolve-assistant.ts";
import { brief, problemsThrownBy, projectOf } from "./project-folder.ts";

test("everything that is declared arrives, evaluated and read", async () => {
  const project = await projectOf({
    "playbill.yaml": "project: desk\nvars: { company: '', model: '', tone: '' }\n",
    "assistants/desk.v2.yaml": `name: \${{ vars.company }} desk
description: Helps.
model: \${{ vars.model }}
instructions:
  - { file: shared/tone.md }
  - Work for \${{ vars.company }}.
  - { file: shared/raw.md }
expressions: true
temperature: 0
top_p: 0.5
reasoning_effort: low
response_format: { json_schema: { strict: false, file: reply.json } }
tools:
  - code_interpreter: { files: [files/a.csv] }
  - file_search: { vector_store: handbook, max_num_results: 5 }
  - function: look_up
metadata: { team: "\${{ vars.company }}" }
protect: true
ignore: [temperature]
adopt: asst_1
`,
    "assistants/shared/tone.md": "Be kind.\r\nBe ${{ vars.tone }}.\r\n\r\n",
    "assistants/shared/raw.md": "\nBye.\n",
    "assistants/reply.json": '{"type":"object"}',
    "assistants/files/a.csv": "a",
    "assistants/tools/look_up.yaml": "name: lookUp\nreturns: { type: object }\nhandler: { command: [node, x.mjs] }\n",
    "assistants/vector_stores/handbook.yaml": "files: [../files/*.csv]\n",
  });
  const vars = { company: "Acme", model: "gpt-4o", tone: "brief" };
  const resolved = resolveAssistant(project, "desk.v2", vars);
  expect(resolved).toMatchObject({
    address: "assistant.desk.v2",
    spec: {
      name: "Acme desk",
      description: "Helps.",
      model: "gpt-4o",
      instructions: "Be kind.\nBe brief.\n\nWork for Acme.\n\nBye.\n",
      temperature: 0,
      top_p: 0.5,
      reasoning_effort: "low",
      response_format: {
        json_schema: { name: "desk_v2", description: null, strict: false, schema: { type: "object" } },
      },
      metadata: { team: "Acme" },
    },
    protect: true,
    ignore: ["temperature"],
    adopt: "asst_1",
  });
  expect(resolved.spec.tools).toEqual([
    { kind: "code_interpreter", files: ["file.assistants/files/a.csv"] },
    { kind: "file_search", vectorStores: ["vector_store.handbook"], maxNumResults: 5, rankingOptions: null },
    { kind: "function", name: "lookUp", description: null, parameters: null, strict: false },
  ]);
});

test("text in the YAML is kept to the last line end, and files without `expressions` are left alone", async () => {
  const project = await projectOf({
    "assistants/a.yaml": "model: m\ninstructions: |\n  One.\n  Two.\n",
    "assistants/b.yaml": "model: m\ninstructions: { file: b.md }\n",
    "assistants/b.md": "Literal ${{ nope }}\n",
  });
  expect(resolveAssistant(project, "a", {}).spec.instructions).toBe("One.\nTwo.\n");
  expect(resolveAssistant(project, "b", {}).spec.instructions).toBe("Literal ${{ nope }}\n");
});

test.each([
  ["model: m\ninstructions: Be ${{ vars.it.nope }}\n", ["failed_expression assistants/weather.yaml:2:30"]],
  ["model: m\ninstructions: { file: a.md }\nexpressions: true\n", ["failed_expression assistants/a.md:2:16"]],
  ["model: m\nname: ${{ vars.long }}\n", ["too_long assistants/weather.yaml:2:7"]],
])("a fault that only values show: %j", async (yaml, problems) => {
  const project = await projectOf({
    "assistants/weather.yaml": yaml,
    "assistants/a.md": "One\nBe ${{ vars.it.nope }}",
    "playbill.yaml": "project: desk\nvars: { it: {}, long: '' }\n",
  });
  const found = problemsThrownBy(() => resolveAssistant(project, "weather", { it: {}, long: "x".repeat(257) }));
  expect(found.map(brief)).toEqual(problems);
});

test("an assistant that is not there", async () => {
  const project = await projectOf({});
  expect(problemsThrownBy(() => resolveAssistant(project, "wether", {})).map(brief)).toEqual(["unknown_reference"]);
});

test("all problems of an assistant are reported at once", async () => {
  const project = await projectOf({
    "playbill.yaml": "project: desk\nvars: { long: '' }\n",
    "assistants/weather.yaml":
      "model: ${{ vars.long + 1 }}\nname: ${{ vars.long }}\ninstructions: ['${{ 1 / 0 }}', '${{ 2 / 0 }}']\nmetadata: { team: '${{ 3 / 0 }}' }\n",
  });
  const problems = problemsThrownBy(() => resolveAssistant(project, "weather", { long: "x".repeat(257) }));
  expect(problems.map(brief)).toEqual([
    "too_long assistants/weather.yaml:2:7",
    "failed_expression assistants/weather.yaml:1:12",
    "failed_expression assistants/weather.yaml:3:21",
    "failed_expression assistants/weather.yaml:3:37",
    "failed_expression assistants/weather.yaml:4:24",
  ]);
});
