import { expect, test } from "vitest";
import { brief, problemsOf } from "../../project/project-folder.ts";

const base = {
  "assistants/weather.yaml": "model: gpt-4o\ntools: [code_interpreter, { function: get_weather }]\n",
  "assistants/tools/get_weather.yaml": "description: Weather\n",
};
const head = "assistant: weather\n";
const turns = "turns: [{ user: Hi }]\n";

interface Row {
  what: string;
  scenario: string;
  problems: string[];
}

const rows: Row[] = [
  { what: "nothing wrong", scenario: head + turns, problems: [] },
  {
    what: "an assistant that is not there",
    scenario: `assistant: wether\n${turns}`,
    problems: ["unknown_reference a.yaml:1:12"],
  },
  { what: "no turns", scenario: `${head}turns: []\n`, problems: ["too_few a.yaml:2:8"] },
  {
    what: "a stub for a tool that the assistant does not have, and one for all",
    scenario: `${head}${turns}tools: { get_wether: [{ return: 1 }], "*": [{ handler: true }] }\n`,
    problems: ["unknown_reference a.yaml:3:10"],
  },
  {
    what: "a stub that leaves it to a handler that is not there",
    scenario: `${head}${turns}tools: { get_weather: [{ handler: true }] }\n`,
    problems: ["no_handler a.yaml:3:26"],
  },
  {
    what: "a stub with two answers",
    scenario: `${head}${turns}tools: { get_weather: [{ return: 1, error: x }] }\n`,
    problems: ["conflicting_keys a.yaml:3:37"],
  },
  {
    what: "a stub after one that always answers",
    scenario: `${head}${turns}tools: { get_weather: [{ return: 1 }, { return: 2 }] }\n`,
    problems: ["warning unreachable_rule a.yaml:3:39"],
  },
  {
    what: "a script that calls what is not there, in every form",
    scenario: `${head}turns:\n  - user: Hi\n    script:\n      - call: get_wether\n      - calls: [{ call: file_search }, { call: code_interpreter }]\n`,
    problems: ["unknown_reference a.yaml:5:15", "unknown_reference a.yaml:6:25"],
  },
  {
    what: "a step nobody knows, and one that does two things",
    scenario: `${head}turns:\n  - user: Hi\n    script:\n      - sya: Hi\n      - { say: Hi, refuse: no }\n      - { delay: 2 days }\n`,
    problems: ["unknown_key a.yaml:5:9", "conflicting_keys a.yaml:6:20", "bad_form a.yaml:7:18"],
  },
  {
    what: "expected calls of tools that are not there",
    scenario: `${head}turns:\n  - user: Hi\n    expect: { tools: [get_wether, get_weathr: {}] }\n  - user: Hi\n    expect: { tools: { calls: [{ nope: {} }] } }\n`,
    problems: ["unknown_reference a.yaml:4:23", "unknown_reference a.yaml:4:35", "unknown_reference a.yaml:6:34"],
  },
  {
    what: "built-in tools among the expected calls",
    scenario: `${head}turns:\n  - user: Hi\n    expect: { tools: [code_interpreter, code_interpreter: { input: x }] }\nexpect: { tools: { calls: [file_search], forbid: [file_search] } }\n`,
    problems: [
      "built_in_tool a.yaml:4:23",
      "built_in_tool a.yaml:4:41",
      "built_in_tool a.yaml:5:28",
      "unknown_reference a.yaml:5:51",
      "never_holds a.yaml:5:51",
    ],
  },
  {
    what: "a day that does not exist",
    scenario: `${head}${turns}skip: { reason: later, until: 2026-02-30 }\n`,
    problems: ["bad_date a.yaml:3:31"],
  },
  {
    what: "more runs that have to pass than there are",
    scenario: `${head}${turns}repeat: { runs: 3, pass: ">= 4" }\n`,
    problems: ["out_of_range a.yaml:3:26"],
  },
  {
    what: "a rule of runs that is none",
    scenario: `${head}${turns}repeat: { runs: 0, pass: most }\n`,
    problems: ["out_of_range a.yaml:3:17", "bad_form a.yaml:3:26"],
  },
  {
    what: "turns with one id",
    scenario: `${head}turns: [{ id: a, user: x }, { id: b, user: x }, { id: a, user: x }]\n`,
    problems: ["duplicate_name a.yaml:2:55"],
  },
  {
    what: "a matrix with an empty axis, and one without axes",
    scenario: `${head}${turns}matrix: { axes: { locale: [] } }\n`,
    problems: ["too_few a.yaml:3:27"],
  },
  {
    what: "an exclusion of what is no axis",
    scenario: `${head}${turns}matrix: { axes: { locale: [en] }, exclude: [{ local: en }] }\n`,
    problems: ["unknown_reference a.yaml:3:47"],
  },
  {
    what: "conditions that cannot be read",
    scenario: `${head}turns:\n  - user: Hi\n    script: [{ when: tools.a ==, say: x }, { when: reply.text == "", say: x }]\n    expect: { check: [reply.text.size() < 400, { that: replly.text }, 'nope(1)'] }\n`,
    problems: [
      "bad_expression a.yaml:4:31",
      "unknown_name a.yaml:4:52",
      "unknown_name a.yaml:5:56",
      "bad_expression a.yaml:5:72",
    ],
  },
  {
    what: "names that are in scope in one place and not in another",
    scenario: `${head}thread: { messages: [{ user: "\${{ vars.a + saved.b }}" }] }\nvars: { a: 1 }\ntools: { get_weather: [{ return: "\${{ args.city }}" }] }\nturns: [{ user: "\${{ saved.b + args.city }}" }]\n`,
    problems: ["unknown_name a.yaml:2:44", "unknown_name a.yaml:5:22"],
  },
  {
    what: "what a stub cannot read: the run tells it the call, and what was saved before",
    scenario: `${head}turns: [{ user: Hi, save: { a: { from: reply } } }, { user: Hi, save: { b: { from: reply } } }]
tools:
  get_weather:
    - when: { city: "\${{ args.city + saved.a + vars.c }}" }
      times: 1
      return: [ "\${{ reply.text }}", "\${{ tools.x.result }}", "\${{ calls }}", "\${{ saved.b }}", "\${{ turn.id + call.name }}" ]
    - error: "\${{ call.nmae }}"
`,
    problems: [
      "unknown_name a.yaml:5:48",
      "unknown_name a.yaml:7:22",
      "unknown_name a.yaml:7:43",
      "unknown_name a.yaml:7:68",
      "unknown_name a.yaml:7:84",
      "unknown_name a.yaml:8:19",
    ],
  },
  {
    what: "what the embedded model cannot have heard",
    scenario: `${head}turns:
  - user: Hi
    script: [{ say: "\${{ saved.a }}" }]
    save: { a: { from: reply }, b: { from: reply } }
  - user: "\${{ saved.a + '!' }}"
    script: [{ say: "\${{ saved.a }}" }]
  - user: "So \${{ saved.a }}"
    script: [{ say: "\${{ saved.a + turn.id }}" }, { when: has(saved.b), say: "\${{ saved.b }}" }]
    expect: { check: saved.b == "x" }
  - user: Bye
    script: [{ when: saved.a != "", say: "\${{ turn.name }}" }]
`,
    problems: [
      "unknown_name a.yaml:4:26",
      "unknown_name a.yaml:7:26",
      "unknown_name a.yaml:9:83",
      "unknown_name a.yaml:12:47",
    ],
  },
  {
    what: "what was not said or saved yet",
    scenario: `${head}turns:
  - user: "\${{ reply.text }} \${{ saved.a }}"
    expect: { check: [saved.a == "", saved.b == ""] }
    save: { a: { from: reply } }
  - user: "\${{ reply.text + saved.a + string(calls.size()) }}"
expect: { check: [saved.a == "", saved.c == "", turn.number == 1] }
`,
    problems: [
      "unknown_name a.yaml:3:16",
      "unknown_name a.yaml:3:34",
      "unknown_name a.yaml:4:38",
      "unknown_name a.yaml:7:34",
      "unknown_name a.yaml:7:49",
    ],
  },
  {
    what: "expressions where none is evaluated",
    scenario: `name: "\${{ vars.a }}"
${head}vars: { a: 1, b: "\${{ vars.a }}" }
tags: ["\${{ vars.a }}"]
matrix: { axes: { locale: ["\${{ vars.a }}"] } }
turns:
  - user: Hi
    expect: { tools: { forbid: ["\${{ vars.a }}"] }, reply: { contains: "\${{ vars.a }}" } }
    save: { x: { from: reply, regex: "\${{ vars.a }}" } }
`,
    problems: [
      "expression_not_possible a.yaml:1:8",
      "unknown_name a.yaml:3:23",
      "expression_not_possible a.yaml:4:9",
      "expression_not_possible a.yaml:5:29",
      "expression_not_possible a.yaml:8:34",
      "expression_not_possible a.yaml:9:39",
    ],
  },
  {
    what: "tools that the assistant does not have, in every expression",
    scenario: `${head}turns:
  - user: Hi
    script: [{ call: get_weather }, { say: "\${{ tools.get_wether.result }} \${{ tools.get_weather.result }}" }]
    expect: { check: [has(tools.none), tools.nope.args == 1, tools.code_interpreter.logs == ""], reply: { contains: "\${{ tools.file_search.query }}" } }
    save: { a: { from: tools.get_wether.result }, b: { from: tools.get_weather.result }, c: { from: reply } }
  - user: "\${{ tools.get_whether.result }}"
`,
    problems: [
      "unknown_name a.yaml:4:49",
      "unknown_name a.yaml:5:40",
      "unknown_name a.yaml:5:122",
      "unknown_name a.yaml:6:24",
      "unknown_name a.yaml:7:16",
    ],
  },
  {
    what: "regular expressions that cannot be read",
    scenario: `${head}turns:\n  - user: Hi\n    expect: { reply: { matches: ["(?i)ok", "("] }, tools: [get_weather: { city: { $regex: "[" } }] }\n    save: { a: { from: reply, regex: ")" } }\n`,
    problems: ["bad_regex a.yaml:4:45", "bad_regex a.yaml:4:91", "bad_regex a.yaml:5:39"],
  },
  {
    what: "a reply schema that is not there, and one that is none",
    scenario: `${head}turns:\n  - user: Hi\n    expect: { reply: { json: { schema: nope.json } } }\n  - user: Hi\n    expect: { reply: { json: { schema: { minimum: x } } } }\n`,
    problems: ["missing_file a.yaml:4:40", "wrong_type a.yaml:6:51"],
  },
];

test.each(rows)("$what", async ({ scenario, problems }) => {
  const found = await problemsOf({ ...base, "scenarios/a.yaml": scenario });
  expect(found.map((each) => brief(each).replace("scenarios/", ""))).toEqual(problems);
});

test.each([
  [
    "script: [{ when: '${{ true }}', say: x }]",
    '"when" is already an expression and is written without ${{ }}',
    "write true",
  ],
  [
    "expect: { check: ['${{ 1 == 1 }}'] }",
    '"check" is already an expression and is written without ${{ }}',
    "write 1 == 1",
  ],
  [
    "expect: { check: { that: '${{ 1 == 1 }}' } }",
    '"check" is already an expression and is written without ${{ }}',
    "write 1 == 1",
  ],
])("%s", async (turn, message, label) => {
  const [found] = await problemsOf({ ...base, "scenarios/a.yaml": `${head}turns:\n  - user: Hi\n    ${turn}\n` });
  expect(found).toMatchObject({ code: "bad_expression", message, label });
});

test.each([
  ["{ get_weather: { city: Paris } }", "Write it as a list: tools: [{ get_weather: ... }]"],
  ["{ get_weather: {}, other: {} }", "Write it as a list: tools: [{ get_weather: ... }]"],
  ["{ get_weather: {}, extra: forbid }", "Allowed here: order, extra, calls, forbid, max_calls, severity."],
])("expected calls written as a mapping: %s", async (tools, hint) => {
  const [found] = await problemsOf({
    ...base,
    "scenarios/a.yaml": `${head}turns: [{ user: Hi, expect: { tools: ${tools} } }]\n`,
  });
  expect(found).toMatchObject({ code: "unknown_key", hint });
});

test("a condition may look for what an expression looks like", async () => {
  const check = `reply.text.contains("\${{")`;
  expect(
    await problemsOf({ ...base, "scenarios/a.yaml": `${head}turns: [{ user: Hi, expect: { check: '${check}' } }]\n` }),
  ).toEqual([]);
});

test("an id is taken by one scenario only", async () => {
  const files = {
    "scenarios/a.yaml": head + turns,
    "scenarios/b/a.yaml": head + turns,
    "scenarios/c.yaml": `id: a\n${head}${turns}`,
    "scenarios/d.yaml": `id: A\n${head}${turns}`,
  };
  const found = await problemsOf({ ...base, ...files });
  expect(found.map(brief)).toEqual([
    "duplicate_name scenarios/b/a.yaml:1:1",
    "duplicate_name scenarios/c.yaml:1:5",
    "duplicate_name scenarios/d.yaml:1:5",
  ]);
  expect(found.at(-1)?.message).toContain('where it is written "a"');
});
