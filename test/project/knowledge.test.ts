import { symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadProject } from "../../src/project/load.ts";
import { brief, folderOf, problemsOf } from "./project-folder.ts";

const assistant = "model: gpt-4o\ntools: [{ file_search: { vector_store: faq } }]\n";

const storeOf = (yaml: string, files: Record<string, string | Uint8Array>) =>
  problemsOf({ "assistants/weather.yaml": assistant, "assistants/vector_stores/faq.yaml": yaml, ...files });

test.each<[string, string, Record<string, string>, string[]]>([
  ["a glob that matches nothing", "files: [../files/*.md]", {}, ["missing_file assistants/vector_stores/faq.yaml:1:9"]],
  [
    "an empty file",
    "files: [../files/*.md]",
    { "assistants/files/a.md": "" },
    ["empty_knowledge assistants/vector_stores/faq.yaml:1:9"],
  ],
  [
    "a picture",
    "files: [../files/*]",
    { "assistants/files/a.PNG": "x", "assistants/files/b.md": "x" },
    ["unsupported_file assistants/vector_stores/faq.yaml:1:9"],
  ],
  [
    "a path out of the project",
    "files: [../../../etc/*.md]",
    {},
    ["outside_project assistants/vector_stores/faq.yaml:1:9"],
  ],
  [
    "paths that differ by case",
    "files: [../files/*.md]",
    { "assistants/files/a.md": "x", "assistants/files/A.md": "y" },
    ["duplicate_address assistants/vector_stores/faq.yaml:1:9"],
  ],
  [
    "a field that is not there",
    "files: [../files/*.md]\nignore: [model]",
    { "assistants/files/a.md": "x" },
    ["unknown_value assistants/vector_stores/faq.yaml:2:10"],
  ],
  ["another form of an id", "files: [{ file_id: file-1 }]", {}, ["wrong_type assistants/vector_stores/faq.yaml:1:9"]],
  ["an id", "files: [{ id: file-1 }]", {}, []],
  ["what is sound", "files: [../files/**]", { "assistants/files/a.md": "x", "assistants/files/deep/b.txt": "x" }, []],
])("%s", async (_, yaml, files, expected) => {
  const found = (await storeOf(`${yaml}\n`, files)).map(brief);
  if (expected[0]?.startsWith("wrong_type")) expect(found).toHaveLength(1);
  else expect(found).toEqual(expected);
});

test("a file of more than 512 MB, and a link out of the project, are refused where they are named", async () => {
  const root = folderOf({
    "playbill.yaml": "project: desk\n",
    "assistants/weather.yaml": `${assistant}  - code_interpreter: { files: [files/big.csv] }\n`.replace(
      "tools: [{ file_search: { vector_store: faq } }]",
      "tools:\n  - file_search: { vector_store: faq }",
    ),
    "assistants/vector_stores/faq.yaml": "files: [../files/*.md]\n",
    "assistants/files/a.md": "x",
    "outside/b.md": "x",
  });
  writeFileSync(join(root, "assistants/files/big.csv"), "");
  truncateSync(join(root, "assistants/files/big.csv"), 512 * 1024 * 1024 + 1);
  symlinkSync("/etc/hostname", join(root, "assistants/files/out.md"));
  const { problems } = await loadProject(root, {});
  expect(problems.map(brief)).toEqual([
    "outside_project assistants/vector_stores/faq.yaml:1:9",
    "file_too_large assistants/weather.yaml:4:33",
  ]);
});

test("a glob that matches many pictures is wrong once", async () => {
  const pictures = Object.fromEntries(["a", "b", "c"].map((name) => [`assistants/files/${name}.png`, "x"]));
  const [problem, ...others] = await storeOf("files: [../files/*]\n", pictures);
  expect(others).toEqual([]);
  expect(problem?.message).toBe(
    `"assistants/files/a.png" cannot be searched: file search does not support .png files; the same applies to 2 more`,
  );
});

test("more files than the API takes", async () => {
  const ids = Array.from({ length: 10_001 }, (_, index) => `  - { id: file-${index} }\n`).join("");
  expect((await storeOf(`files:\n${ids}`, {})).map(brief)).toEqual(["too_many assistants/vector_stores/faq.yaml:1:1"]);
});
