import { describe, expect, test } from "vitest";
import { brief, problemsOf } from "./project-folder.ts";

describe("placeholders of other languages", () => {
  test.each<[text: string, warnings: number]>([
    ["Hello {{ name }}", 1],
    ["Hello ${name}", 1],
    ["{{name}} and {{name}} and {{ other.part }}", 2],
    ["${{ vars.company }}", 0],
    ["${{ '{{ name }}' }}", 0],
    ["a JSON text {{}} and {a} and $5 and ${ }", 0],
    ["{{{ raw }}}", 0],
  ])("%s", async (text, warnings) => {
    const problems = await problemsOf({
      "playbill.yaml": "project: x\nvars: { company: Acme }\n",
      "assistants/weather.yaml": `model: m\ninstructions: ${JSON.stringify(text)}\n`,
      "scenarios/s.yaml": `assistant: weather\nturns:\n  - { user: ${JSON.stringify(text)}, expect: { reply: { not_contains: "{{ name }}" } } }\n`,
    });
    expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual(
      Array.from({ length: warnings * 2 }, () => "warning foreign_placeholder"),
    );
  });

  test.each<[expected: string, warnings: number]>([
    ['{ reply: { contains: "Dear {{ name }}" } }', 1],
    ['{ reply: { equals: "${name}" } }', 1],
    ['{ tools: [{ f: { to: "{{ name }}" } }] }', 1],
    ['{ reply: { contains: a, not_contains: "{{ name }}" } }', 0],
    ['{ reply: { matches: "x{{1}}" } }', 0],
    ['{ tools: [{ f: { to: { $not: "{{ name }}" } } }] }', 0],
  ])("in what is expected: %s", async (expected, warnings) => {
    const problems = await problemsOf({
      "assistants/weather.yaml": "model: m\ntools: [{ function: f }]\n",
      "assistants/tools/f.yaml": "parameters: { type: object }\n",
      "scenarios/s.yaml": `assistant: weather\nturns:\n  - { user: Hi, expect: ${expected} }\n`,
    });
    const found = problems.filter(({ code }) => code === "foreign_placeholder");
    expect(found).toHaveLength(warnings);
  });

  test("the hint is the line to write", async () => {
    const [problem] = await problemsOf({ "assistants/weather.yaml": "model: m\ndescription: For {{ team }}\n" });
    expect(problem?.hint).toContain("${{ vars.team }}");
    expect(brief(problem!)).toBe("warning foreign_placeholder assistants/weather.yaml:2:18");
  });
});

describe("forms that are pasted get the line to write", () => {
  test.each<[what: string, file: string, text: string, hint: RegExp]>([
    [
      "a function by its name alone",
      "assistants/weather.yaml",
      "model: m\ntools: [lookup_order]\n",
      /- function: lookup_order/,
    ],
    [
      "sensitive beside vars",
      "playbill.yaml",
      "project: x\nvars: { code: teal-otter-19 }\nsensitive: [code]\n",
      /vars: \{ sensitive: \[NAME\]/,
    ],
    [
      "a function of the API",
      "assistants/weather.yaml",
      'model: m\ntools: [{ "type": "function", "function": { "name": "lookup_order", "parameters": {} } }]\n',
      /- function: lookup_order.*tools\/lookup_order\.yaml/,
    ],
    [
      "a function of the Responses API",
      "assistants/weather.yaml",
      "model: m\ntools: [{ type: function, name: f, parameters: {} }]\n",
      /- function: f/,
    ],
    [
      "a built-in tool of the API",
      "assistants/weather.yaml",
      "model: m\ntools: [{ type: code_interpreter }]\n",
      /Write - code_interpreter/,
    ],
    [
      "file search of the API",
      "assistants/weather.yaml",
      "model: m\ntools: [{ type: file_search, file_search: { max_num_results: 3 } }]\n",
      /- file_search: \{ max_num_results: 3 \}/,
    ],
    [
      "tools as a mapping",
      "assistants/weather.yaml",
      "model: m\ntools: { file_search: {}, f: {} }\n",
      /- file_search, - function: f/,
    ],
    [
      "a response format of the API",
      "assistants/weather.yaml",
      "model: m\nresponse_format: { type: json_object }\n",
      /response_format: json_object/,
    ],
    [
      "a JSON Schema of the API",
      "assistants/weather.yaml",
      "model: m\nresponse_format: { type: json_schema, json_schema: { schema: {} } }\n",
      /Remove "type"/,
    ],
    [
      "files of the API",
      "assistants/weather.yaml",
      "model: m\ntool_resources: { file_search: { vector_store_ids: [x] } }\n",
      /file_search: \{ vector_store: NAME \}/,
    ],
    [
      "a tool file in the API's form",
      "assistants/tools/f.yaml",
      "type: function\nfunction: { name: f, parameters: { type: object } }\n",
      /one level up/,
    ],
    [
      "stubs as a list of names",
      "scenarios/s.yaml",
      "assistant: weather\ntools: [lookup_order]\nturns: [{ user: Hi }]\n",
      /lookup_order: \[\{ return/,
    ],
    [
      "stubs in the API's form",
      "scenarios/s.yaml",
      "assistant: weather\ntools: [{ type: function, function: { name: f } }]\nturns: [{ user: Hi }]\n",
      /f: \[\{ return/,
    ],
    [
      "a message of the API",
      "scenarios/s.yaml",
      "assistant: weather\nturns: [{ role: user, content: Hi there }]\n",
      /- user: Hi there/,
    ],
  ])("%s", async (_, file, text, hint) => {
    const found = (await problemsOf({ [file]: text })).filter(({ code }) => code !== "unused");
    expect(found.map(({ code }) => code)).toEqual(["foreign_form"]);
    expect(found[0]?.hint).toMatch(hint);
    expect(found[0]?.place?.file).toBe(file);
  });

  test("a mistyped function name gets a suggestion from the existing tools", async () => {
    const found = await problemsOf({
      "assistants/weather.yaml": "model: m\ntools: [lookup_ordr]\n",
      "assistants/tools/lookup_order.yaml": "parameters: { type: object }\n",
    });
    expect(found.filter(({ code }) => code === "foreign_form")).toMatchObject([
      {
        label: 'did you mean "lookup_order"?',
        hint: "Write - function: lookup_order, declared in assistants/tools/lookup_order.yaml.",
      },
    ]);
  });

  test("a list that is read as text is one error, where the list begins", async () => {
    const found = await problemsOf({
      "assistants/weather.yaml": "model: m\ntools:\n - code_interpreter\n   - file_search\n",
    });
    expect(found.map(brief)).toEqual(["list_in_text assistants/weather.yaml:3:4"]);
  });

  test("a typo of a built-in tool stays one", async () => {
    const found = await problemsOf({ "assistants/weather.yaml": "model: m\ntools: [code_interpretr]\n" });
    expect(found.map(({ code, label }) => [code, label])).toEqual([
      ["unknown_value", 'did you mean "code_interpreter"?'],
    ]);
  });
});
