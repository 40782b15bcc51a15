import { expect, test } from "vitest";
import { brief, problemsOf, withTool } from "./project-folder.ts";
import type { Row } from "./project-folder.ts";

const rows: Row[] = [
  {
    what: "a mistyped key",
    files: { "assistants/weather.yaml": "model: gpt-4o\ntemprature: 0.2\n" },
    problems: ["unknown_key assistants/weather.yaml:2:1"],
  },
  {
    what: "no model",
    files: { "assistants/weather.yaml": "name: Weather\n" },
    problems: ["missing_key assistants/weather.yaml:1:1"],
  },
  {
    what: "several things at once, in order",
    files: { "assistants/weather.yaml": "temperature: 3\nmodel: 4\ntop_p: '1'\nname: ''\n" },
    problems: [
      "out_of_range assistants/weather.yaml:1:14",
      "wrong_type assistants/weather.yaml:2:8",
      "wrong_type assistants/weather.yaml:3:8",
    ],
  },
  {
    what: "a long name",
    files: { "assistants/weather.yaml": `model: gpt-4o\nname: ${"x".repeat(257)}\n` },
    problems: ["too_long assistants/weather.yaml:2:7"],
  },
  {
    what: "fourteen pairs of metadata",
    files: {
      "assistants/weather.yaml": `model: gpt-4o\nmetadata: { ${Array.from({ length: 14 }, (_, i) => `k${i}: v`).join(", ")} }\n`,
    },
    problems: ["too_many assistants/weather.yaml:2:11"],
  },
  {
    what: "an unknown short tool",
    files: { "assistants/weather.yaml": "model: gpt-4o\ntools: [code_interpeter]\n" },
    problems: ["unknown_value assistants/weather.yaml:2:9"],
  },
  {
    what: "a tool that is not there",
    files: { ...withTool, "assistants/weather.yaml": "model: gpt-4o\ntools: [{ function: get_wether }]\n" },
    problems: [
      "warning unused assistants/tools/get_weather.yaml:1:1",
      "unknown_reference assistants/weather.yaml:2:21",
    ],
  },
  {
    what: "a vector store that is not there",
    files: { "assistants/weather.yaml": "model: gpt-4o\ntools: [{ file_search: { vector_store: handbook } }]\n" },
    problems: ["unknown_reference assistants/weather.yaml:2:40"],
  },
  {
    what: "a tool that is there and broken: one problem, not two",
    files: { ...withTool, "assistants/tools/get_weather.yaml": "descripton: x\n" },
    problems: ["unknown_key assistants/tools/get_weather.yaml:1:1"],
  },
  {
    what: "the same tool twice",
    files: { "assistants/weather.yaml": "model: gpt-4o\ntools: [code_interpreter, code_interpreter: {}]\n" },
    problems: ["duplicate_name assistants/weather.yaml:2:27"],
  },
  {
    what: "two tools with one function name",
    files: {
      ...withTool,
      "assistants/tools/other.yaml": "name: get_weather\n",
      "assistants/weather.yaml": "model: gpt-4o\ntools: [{ function: get_weather }, { function: other }]\n",
    },
    problems: ["duplicate_name assistants/weather.yaml:2:36"],
  },
  {
    what: "instructions in a file that is not there, with a suggestion",
    files: {
      "assistants/weather.yaml": "model: gpt-4o\ninstructions: { file: wether.md }\n",
      "assistants/weather.md": "x",
    },
    problems: ["missing_file assistants/weather.yaml:2:23"],
  },
  {
    what: "instructions outside of the project",
    files: {
      "assistants/weather.yaml": "model: gpt-4o\ninstructions: [{ file: ../../secret.md }, { file: /etc/passwd }]\n",
    },
    problems: ["outside_project assistants/weather.yaml:2:24", "outside_project assistants/weather.yaml:2:51"],
  },
  {
    what: "instructions that are too long together",
    files: {
      "assistants/weather.yaml": "model: gpt-4o\ninstructions: [{ file: a.md }, { file: a.md }]\n",
      "assistants/a.md": "x".repeat(128_000),
    },
    problems: ["too_long assistants/weather.yaml:2:1"],
  },
  {
    what: "a field to ignore that does not exist",
    files: { "assistants/weather.yaml": "model: gpt-4o\nignore: [temperature, metadata.team, temprature]\n" },
    problems: ["unknown_value assistants/weather.yaml:2:38"],
  },
  {
    what: "an expression over a name that is not in scope",
    files: { "assistants/weather.yaml": 'model: gpt-4o\ninstructions: "Be ${{ vers.tone }}"\n' },
    problems: ["unknown_name assistants/weather.yaml:2:23"],
  },
  {
    what: "an expression that cannot be read, in a block of text",
    files: { "assistants/weather.yaml": "model: gpt-4o\ninstructions: |\n  One.\n  Be ${{ vars.tone + }}\n" },
    problems: ["bad_expression assistants/weather.yaml:4:20"],
  },
  {
    what: "an expression that is never closed",
    files: { "assistants/weather.yaml": "model: gpt-4o\ninstructions: Be ${{ vars.tone\n" },
    problems: ["bad_expression assistants/weather.yaml:2:18"],
  },
  {
    what: "expressions where they are not evaluated",
    files: { "assistants/weather.yaml": 'model: gpt-4o\nadopt: "${{ vars.id }}"\n' },
    problems: ["expression_not_possible assistants/weather.yaml:2:9"],
  },
  {
    what: "expressions in an instruction file that asks, and not in one that does not",
    files: {
      "assistants/weather.yaml": "model: gpt-4o\ninstructions: { file: a.md }\nexpressions: true\n",
      "assistants/other.yaml": "model: gpt-4o\ninstructions: { file: a.md }\n",
      "assistants/a.md": "Be ${{ nope }}",
    },
    problems: ["warning foreign_placeholder assistants/a.md:1:4", "unknown_name assistants/a.md:1:8"],
  },
  {
    what: "response formats without a schema, with two, with one that is none",
    files: {
      "assistants/a.yaml": "model: m\nresponse_format: { json_schema: {} }\n",
      "assistants/b.yaml": "model: m\nresponse_format: { json_schema: { schema: {}, file: x.json } }\n",
      "assistants/c.yaml": "model: m\nresponse_format: { json_schema: { file: x.json } }\n",
      "assistants/d.yaml": "model: m\nresponse_format: { json_schema: { file: y.json } }\n",
      "assistants/e.yaml": "model: m\nresponse_format: { json_schema: { strict: true, schema: { type: string } } }\n",
      "assistants/x.json": "{",
      "assistants/y.json": '{ "type": "strng" }',
    },
    problems: [
      "missing_key assistants/a.yaml:2:20",
      "conflicting_keys assistants/b.yaml:2:47",
      "strict_schema assistants/e.yaml:2:49",
      "bad_json assistants/x.json:1:2",
      "unknown_value assistants/y.json:1:11",
    ],
  },
];

test.each(rows)("$what", async ({ files, problems }) => {
  expect((await problemsOf(files)).map(brief)).toEqual(problems);
});
