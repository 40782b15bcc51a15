import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "../../src/kit/hash.ts";
import { desiredAssistants, desiredResources, desiredWithKnowledge } from "../../src/project/desired.ts";
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
    "model: gpt-4o\ntools:\n  - code_interpreter: { files: [files/a.csv, { id: file-9 }] }\n  - file_search: { vector_store: faq }\n",
  "assistants/clerk.yaml": "model: gpt-4o\ntools: [{ file_search: { vector_store: { id: vs_9 } } }]\n",
  "assistants/broken.yaml": "model: gpt-4o\nname: ${{ vars.names.one }}\n",
  "assistants/files/a.csv": "a",
  "assistants/files/b.csv": "b",
  "assistants/vector_stores/faq.yaml": `files: [../files/b.csv, ../files/*.csv, { id: file-8 }]
chunking: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 }
expires_after: { days: 3 }
metadata: { team: x, tier: "1" }
ignore: [metadata.tier]
protect: true
adopt: vs_1
`,
  "playbill.yaml": "project: desk\nvars: { names: {} }\n",
};

const file = (path: string, text: string) => ({
  kind: "file",
  address: `file.${path}`,
  spec: { filename: path.replace(/.*\//, ""), sha256: sha256(text), bytes: text.length },
  declared: ["filename", "bytes", "sha256"],
  protect: false,
  ignore: [],
  adopt: null,
});

test("assistants come with the stores and files that they refer to, each once; what is named by its id has its place", async () => {
  const project = await projectOf(withFiles);
  const desired = desiredWithKnowledge(project, {}, ["analyst", "clerk"]);
  const [a, b] = ["assistants/files/a.csv", "assistants/files/b.csv"];
  const member = (path: string, text: string) => ({ file: `file.${path}`, path, sha256: sha256(text) });
  expect(desired.filter(({ kind }) => kind !== "assistant")).toEqual([
    file(a, "a"),
    file(b, "b"),
    {
      kind: "vector_store",
      address: "vector_store.faq",
      spec: {
        name: "faq",
        files: {
          kind: "members",
          members: [member(a, "a"), member(b, "b"), { file: "file-8", path: null, sha256: null }],
        },
        chunking: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 },
        expires_after: { days: 3 },
        metadata: { team: "x", tier: "1" },
      },
      declared: ["name", "files", "chunking", "expires_after", "metadata.team"],
      protect: true,
      ignore: ["metadata.tier"],
      adopt: "vs_1",
      named: [{ kind: "file", id: "file-8", place: expect.objectContaining({ line: 1, column: 47 }) as object }],
    },
  ]);
  const byAddress = new Map(desired.map((each) => [each.address, each]));
  expect(byAddress.get("assistant.analyst")?.named).toMatchObject([{ kind: "file", id: "file-9", place: { line: 3 } }]);
  expect(byAddress.get("assistant.clerk")?.named).toMatchObject([{ kind: "vector_store", id: "vs_9" }]);
  expect(byAddress.get("assistant.clerk")?.spec).toMatchObject({ tools: [{ vectorStores: ["vs_9"] }] });
});

test("problems of the selected assistants are reported, and others with problems are left out", async () => {
  const project = await projectOf(withFiles);
  rmSync(join(project.root, "assistants/files/a.csv"));
  const select = (...addresses: string[]) => desiredResources(project, {}, (address) => addresses.includes(address));
  expect(problemsThrownBy(() => desiredResources(project, {})).map(brief)).toEqual([
    "failed_expression assistants/broken.yaml:2:22",
    "missing_file assistants/vector_stores/faq.yaml:1:25",
    "missing_file assistants/analyst.yaml:3:33",
  ]);
  expect(problemsThrownBy(() => select("assistant.analyst")).map(brief)).toEqual([
    "missing_file assistants/analyst.yaml:3:33",
    "missing_file assistants/vector_stores/faq.yaml:1:25",
  ]);
  expect(select("assistant.clerk").map(({ address }) => address)).toEqual(["assistant.clerk", "assistant.weather"]);
});

test("assistants that are not selected block nothing", async () => {
  const project = await projectOf(withFiles);
  expect(desiredAssistants(project, {}, ["weather", "weather"]).map(({ address }) => address)).toEqual([
    "assistant.weather",
  ]);
});
