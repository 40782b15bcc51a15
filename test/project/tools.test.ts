import { expect, test } from "vitest";
import { brief, problemsOf, withTool } from "./project-folder.ts";
import type { Row } from "./project-folder.ts";

const rows: Row[] = [
  {
    what: "parameters that are no JSON Schema",
    files: {
      ...withTool,
      "assistants/tools/get_weather.yaml":
        "parameters:\n  type: objekt\n  properties: { a: { type: [string, nul] }, b: 3 }\n  required: city\n",
    },
    problems: [
      "unknown_value assistants/tools/get_weather.yaml:2:9",
      "unknown_value assistants/tools/get_weather.yaml:3:37",
      "wrong_type assistants/tools/get_weather.yaml:3:48",
      "wrong_type assistants/tools/get_weather.yaml:4:13",
    ],
  },
  {
    what: "references and patterns that lead nowhere",
    files: {
      ...withTool,
      "assistants/tools/get_weather.yaml":
        'parameters:\n  type: object\n  properties: { a: { $ref: "#/$defs/x" }, b: { pattern: "(" }, c: { $ref: "#/properties/b" } }\n',
    },
    problems: [
      "unknown_reference assistants/tools/get_weather.yaml:3:28",
      "bad_regex assistants/tools/get_weather.yaml:3:58",
    ],
  },
  {
    what: "parameters that strict mode refuses",
    files: {
      ...withTool,
      "assistants/tools/get_weather.yaml":
        "strict: true\nparameters:\n  type: object\n  properties:\n    a: { type: string }\n    b: { type: object }\n    c: { oneOf: [{ type: string }] }\n  required: [b, c]\n  additionalProperties: false\n",
    },
    problems: [
      "strict_schema assistants/tools/get_weather.yaml:5:5",
      "strict_schema assistants/tools/get_weather.yaml:6:5",
      "strict_schema assistants/tools/get_weather.yaml:7:10",
    ],
  },
  {
    what: "strict without parameters",
    files: { ...withTool, "assistants/tools/get_weather.yaml": "strict: true\n" },
    problems: ["strict_schema assistants/tools/get_weather.yaml:1:1"],
  },
  {
    what: "a raw tool without a type",
    files: { "assistants/weather.yaml": "model: gpt-4o\ntools: [{ raw: { x: 1 } }]\n" },
    problems: ["missing_key assistants/weather.yaml:2:11"],
  },
  {
    what: "a raw tool of a type that has a form of its own",
    files: { "assistants/weather.yaml": "model: gpt-4o\ntools: [{ raw: { type: file_search } }]\n" },
    problems: ["unknown_value assistants/weather.yaml:2:24"],
  },
  {
    what: "one raw tool twice, beside two that differ by their labels",
    files: {
      "assistants/weather.yaml":
        "model: gpt-4o\ntools: [{ raw: { type: mcp, server_label: a } }, { raw: { type: mcp, server_label: b } }, { raw: { type: x } }, { raw: { type: x } }]\n",
    },
    problems: ["duplicate_name assistants/weather.yaml:2:113"],
  },
  {
    what: "a handler that is not there",
    files: { ...withTool, "assistants/tools/get_weather.yaml": "handler: ./get_weather.ts\n" },
    problems: ["missing_file assistants/tools/get_weather.yaml:1:10"],
  },
  {
    what: "a file name that is no function name",
    files: {
      "assistants/tools/get.weather.yaml": "description: x\n",
      "assistants/weather.yaml": "model: gpt-4o\ntools: [{ function: get.weather }]\n",
    },
    problems: ["bad_form assistants/tools/get.weather.yaml:1:1"],
  },
  {
    what: "an overlap of more than half a chunk, a glob that matches nothing, a store nobody uses",
    files: {
      "assistants/vector_stores/handbook.yaml":
        'files: ["../files/*.md"]\nchunking: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 401 }\n',
    },
    problems: [
      "warning unused assistants/vector_stores/handbook.yaml:1:1",
      "missing_file assistants/vector_stores/handbook.yaml:1:9",
      "out_of_range assistants/vector_stores/handbook.yaml:2:63",
    ],
  },
];

test.each(rows)("$what", async ({ files, problems }) => {
  expect((await problemsOf(files)).map(brief)).toEqual(problems);
});
