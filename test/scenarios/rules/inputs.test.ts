import { expect, test } from "vitest";
import { brief, problemsOf } from "../../project/project-folder.ts";

// What a scenario puts in: its history, what the user says, rows, files, set-up.

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
  {
    what: "a history that calls what is not there, and with arguments of another type",
    scenario: `${head}${turns}thread:\n  messages:\n    - { call: get_wether, result: 1 }\n    - { call: file_search, with: { query: 1 }, result: x }\n`,
    problems: ["unknown_reference a.yaml:5:15", "unknown_reference a.yaml:6:15", "warning wrong_type a.yaml:6:43"],
  },
  {
    what: "a history with a call that nothing answered",
    scenario: `${head}${turns}thread:\n  messages:\n    - { call: get_weather }\n`,
    problems: ["missing_key a.yaml:5:7"],
  },
  {
    what: "conditions that read what is not there, before anything was answered too",
    scenario: `${head}turns:\n  - when: reply.text == "x"\n    user: Hi\n  - when: saved.x == 1 && reply.txt == "y"\n    user: { any: [{ when: "vars.a", say: Hi }, { say: "\${{ vars.b }}" }] }\n`,
    problems: [
      "unknown_name a.yaml:3:11",
      "unknown_name a.yaml:5:11",
      "unknown_name a.yaml:6:28",
      "unknown_name a.yaml:6:60",
    ],
  },
  {
    what: "a condition in braces",
    scenario: `${head}turns:\n  - user: Hi\n  - when: "\${{ has(reply.json) }}"\n    user: Hi\n`,
    problems: ["bad_expression a.yaml:4:11"],
  },
  {
    what: "something to say that is never said, and something that is said twice",
    scenario: `${head}turns: [{ user: { any: [{ say: Hi }, { say: Ho }, { when: "true", say: "Hi " }] } }]\n`,
    problems: ["warning unreachable_rule a.yaml:2:38", "duplicate_value a.yaml:2:72"],
  },
  {
    what: "a script of something to say that calls what is not there",
    scenario: `${head}turns: [{ user: { any: [{ say: Hi, script: [{ call: get_wether }, { say: "\${{ saved.x }}" }] }] } }]\n`,
    problems: ["unknown_reference a.yaml:2:53", "unknown_name a.yaml:2:79"],
  },
  {
    what: "endpoints with and without an address, and names in commands that are not there",
    scenario: `${head}${turns}tools:\n  get_weather:\n    - { times: 1, http: { url: "127.0.0.1:80" } }\n    - { times: 1, http: { url: "http://\${{ vars.x }}" } }\n    - { command: [echo, "\${{ args.a }} \${{ reply.text }}"] }\n`,
    problems: ["bad_url a.yaml:5:32", "unknown_name a.yaml:6:44", "unknown_name a.yaml:7:44"],
  },
  {
    what: "files that are not there, are attached to nothing, for tools that nobody has, and shown although they are no images",
    scenario: `assistant: weather\nfiles: { a: ./a.yaml, b: ./none.txt }\nturns:\n  - user: Hi\n    attach:\n      - { file: c, for: [code_interpreter] }\n      - { file: a, for: [file_search, vision, search] }\n      - { file: a, for: [file_search, vision] }\n`,
    problems: ["unknown_value a.yaml:7:47"],
  },
  {
    what: "files that are not there, and what they are attached for",
    scenario: `assistant: weather\nfiles: { a: ./a.yaml, b: ./none.txt }\nturns:\n  - user: Hi\n    attach:\n      - { file: c, for: [code_interpreter] }\n      - { file: a, for: [file_search, vision] }\n`,
    problems: [
      "warning unused a.yaml:2:23",
      "missing_file a.yaml:2:26",
      "unknown_reference a.yaml:6:17",
      "unknown_reference a.yaml:7:26",
      "unsupported_file a.yaml:7:39",
    ],
  },
  {
    what: "steps before and after a conversation that read, save and name what is not there",
    scenario: `${head}${turns}setup:\n  - { module: ./none.ts, save: { a: $.id, b: id } }\n  - { command: [echo, "\${{ saved.a }} \${{ saved.c }}"], save: { c: "$.(" } }\nteardown:\n  - { command: [echo, "\${{ saved.a + saved.c + saved.d }}"] }\n  - { comand: [echo] }\n`,
    problems: ["bad_form a.yaml:4:46", "unknown_key a.yaml:8:7"],
  },
  {
    what: "steps that read and save what is not there",
    scenario: `${head}${turns}setup:\n  - { command: [x], save: { a: $.id } }\n  - { command: [echo, "\${{ saved.a }} \${{ saved.c }}"], save: { c: "$.(" } }\nteardown:\n  - { command: [echo, "\${{ saved.a + saved.c + saved.d }}"] }\n  - { module: ./none.ts }\n`,
    problems: [
      "unknown_name a.yaml:5:43",
      "bad_expression a.yaml:5:68",
      "unknown_name a.yaml:7:48",
      "missing_file a.yaml:8:15",
    ],
  },
  {
    what: "a limit of a cost that nobody knows",
    scenario: `${head}${turns}limits: { cost: 0.15, time: 3m }\n`,
    problems: ["unknown_price a.yaml:3:11"],
  },
];

test.each(rows)("$what", async ({ scenario, problems }) => {
  const found = await problemsOf({ ...base, "scenarios/a.yaml": scenario });
  expect(found.map((each) => brief(each).replace("scenarios/", ""))).toEqual(problems);
});
