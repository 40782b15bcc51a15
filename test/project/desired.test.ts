import { expect, test } from "vitest";
import { desiredAssistants } from "../../src/project/desired.ts";
import { resolveAssistant } from "../../src/project/resolve-assistant.ts";
import { emptySpec } from "../sync/project.ts";
import { brief, problemsThrownBy, projectOf } from "./project-folder.ts";

/** `assistant.weather` as this YAML declares it. */
async function weather(yaml: string, models: Record<string, string> = {}) {
  return resolveAssistant(await projectOf({ "assistants/weather.yaml": yaml }), "weather", {}, models);
}
const bare = "name: Weather\nmodel: gpt-4o-mini\n";

test("what the file does not say is not set and not declared", async () => {
  expect(await weather(bare)).toEqual({
    kind: "assistant",
    address: "assistant.weather",
    spec: { ...emptySpec, name: "Weather" },
    declared: ["name", "model"],
    protect: false,
    ignore: [],
    adopt: null,
  });
});

test("a target's name for the model is used", async () => {
  expect((await weather(bare, { "gpt-4o-mini": "gpt-6-luna" })).spec.model).toBe("gpt-6-luna");
});

test("what is declared as the default is declared all the same", async () => {
  const { declared, spec } = await weather(`${bare}temperature: 1\nresponse_format: auto\ntools: []\n`);
  expect(declared).toEqual(["name", "model", "temperature", "response_format", "tools"]);
  expect(spec.temperature).toBe(1);
});

test("every metadata key is a field of its own, and what is ignored is not declared", async () => {
  const metadata = `${bare}metadata: { team: x, tier: "1" }\n`;
  expect((await weather(`${metadata}ignore: [model, metadata.tier]\n`)).declared).toEqual(["name", "metadata.team"]);
  expect((await weather(`${metadata}ignore: [metadata]\n`)).declared).toEqual(["name", "model"]);
});

test("tools and a response format are completed with what the API assumes", async () => {
  const { spec } = await weather(`${bare}tools:
  - code_interpreter
  - file_search: { max_num_results: 5, ranking_options: { score_threshold: 0.2 } }
response_format: { json_schema: { schema: {} } }
`);
  expect(spec.tools).toEqual([
    { kind: "code_interpreter", files: [] },
    {
      kind: "file_search",
      vectorStores: [],
      maxNumResults: 5,
      rankingOptions: { ranker: "auto", score_threshold: 0.2 },
    },
  ]);
  expect(spec.response_format).toEqual({
    json_schema: { name: "weather", description: null, strict: false, schema: {} },
  });
});

const withFiles = {
  "assistants/analyst.yaml":
    "model: gpt-4o\nname: ${{ vars.names.one }}\ntools:\n  - code_interpreter: { files: [files/a.csv, files/b.csv] }\n  - file_search: { vector_store: faq }\n",
  "assistants/clerk.yaml": "model: gpt-4o\ntools: [{ code_interpreter: { files: [files/a.csv] } }]\n",
  "assistants/files/a.csv": "a",
  "assistants/files/b.csv": "b",
  "assistants/vector_stores/faq.yaml": "files: [../files/*.csv]\n",
  "playbill.yaml": "project: desk\nvars: { names: {} }\n",
};

test("what would silently be left out is refused: everything of every assistant at once, each with its place", async () => {
  const project = await projectOf(withFiles);
  const problems = problemsThrownBy(() => desiredAssistants(project, {}));
  expect(problems.map(brief)).toEqual([
    "files_not_synced assistants/analyst.yaml:4:33",
    "files_not_synced assistants/analyst.yaml:4:46",
    "files_not_synced assistants/analyst.yaml:5:34",
    "failed_expression assistants/analyst.yaml:2:22",
    "files_not_synced assistants/clerk.yaml:2:39",
  ]);
});

test("assistants that are not asked for are in nobody's way", async () => {
  const project = await projectOf(withFiles);
  expect(desiredAssistants(project, {}, ["weather", "weather"]).map(({ address }) => address)).toEqual([
    "assistant.weather",
  ]);
});
