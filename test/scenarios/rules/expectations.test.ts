import { expect, test } from "vitest";
import { loadProject } from "../../../src/project/load.ts";
import { scenarioSide } from "../../../src/scenarios/rules/rules.ts";
import { brief, folderOf, problemsOf } from "../../project/project-folder.ts";

const project = {
  "playbill.yaml": "project: desk\n",
  "assistants/a.yaml": "model: gpt-4o\ntools: [code_interpreter, { function: lookup }, { function: open_ended }]\n",
  "assistants/tools/lookup.yaml": `description: Looks up
parameters: { type: object, properties: { id: { type: string }, unit: { type: string } } }
`,
  "assistants/tools/open_ended.yaml": `description: Takes anything
parameters: { type: object, properties: { id: {} }, additionalProperties: true }
`,
};
const withTurn = (expected: string, stubs = "") =>
  `assistant: a\n${stubs}turns:\n  - user: hi\n    expect: ${expected}\n`;

test.each([
  ["a forbidden tool that is not there", "{ tools: { forbid: [lokup] } }", "unknown_reference 4:33"],
  ["one that is, and a glob that fits one", "{ tools: { forbid: [lookup, code_interpreter, 'look*'] } }", ""],
  ["a glob that fits none", "{ tools: { forbid: [lookup, 'delete_*'] } }", "warning never_fails 4:41"],
  ["an argument that the tool does not have", "{ tools: [lookup: { ids: A-1 }] }", "unknown_reference 4:33"],
  ["one in the long form", "{ tools: [lookup: { args: { idd: A-1, unit: x } }] }", "unknown_reference 4:41"],
  ["one that must not be there", "{ tools: [lookup: { other: { $exists: false } }] }", ""],
  ["an argument of another type", "{ tools: [lookup: { id: 4711 }] }", "wrong_type 4:37"],
  ["any of a tool that takes any", "{ tools: [open_ended: { other: 1 }] }", ""],
  ["a call of nothing that is answered by an error", "{ tools: [loookup: { result: { error: { $any: true } } }] }", ""],
  ["an empty text to contain", "{ reply: { contains: '' } }", "never_fails 4:34"],
  ["one of several", "{ reply: { contains: [a, ''] } }", "never_fails 4:38"],
  ["an empty text among alternatives", "{ reply: { any_of: [a, ''] } }", "never_fails 4:36"],
  ["an empty text not to contain", "{ reply: { not_contains: '' } }", "never_holds 4:38"],
  ["a pattern of anything", "{ reply: { matches: '(?i).*' } }", "never_fails 4:33"],
  ["the beginning, wherever it is", "{ reply: { matches: [a, '^'] } }", "never_fails 4:37"],
  ["a pattern of one line only", "{ reply: { matches: '^.*$' } }", ""],
  ["an empty text in code", "{ code: { contains: '' } }", "never_fails 4:33"],
  ["words without an operator", "{ reply: { words: { max: 90 } } }", "never_holds 4:31"],
  ["words as text", "{ reply: { words: '90' } }", "never_holds 4:31"],
  ["an operator of texts for words", "{ reply: { words: { $regex: '9' } } }", "never_holds 4:41"],
  ["a number of words", "{ reply: { words: 90 } }", ""],
  ["tokens without an operator", "{ usage: { total_tokens: { max: 90 } } }", "never_holds 4:38"],
  ["output of code without an operator", "{ code: { logs: { contains: x } } }", "never_holds 4:29"],
  ["any number of calls", "{ tools: [lookup: { times: '0..' }] }", "never_fails 4:40"],
  ["nothing of the calls", "{ tools: {} }", "never_fails 4:22"],
  ["nothing of the time", "{ time: {} }", "never_fails 4:21"],
  ["nothing of the tokens", "{ usage: { severity: warn } }", "never_fails 4:22"],
  ["an amount without an operator", "{ cost: { max: 90 } }", "unknown_price 4:15,never_holds 4:21"],
  ["a model without a price", "{ cost: { $lte: 1 } }", "unknown_price 4:15"],
  ["no calls at all", "{ tools: [] }", ""],
  ["a limit below the calls", "{ tools: { max_calls: 1, calls: [lookup, open_ended] } }", "never_holds 4:35"],
  ["a limit above them", "{ tools: { max_calls: 2, calls: [lookup, { open_ended: { times: 0..1 } }] } }", ""],
  ["a call that is forbidden", "{ tools: { forbid: ['look*'], calls: [lookup] } }", "never_holds 4:33"],
  ["one that must not be made", "{ tools: { forbid: [lookup], calls: [{ lookup: { times: 0 } }] } }", ""],
  ["a range of words without any", "{ reply: { words: { $gt: 5, $lt: 6 } } }", "never_holds 4:31"],
  ["a range of one", "{ reply: { words: { $gt: 5, $lt: 7 } } }", ""],
  ["every number of words", "{ reply: { words: { $gte: 0 } } }", "never_fails 4:31"],
  ["every number of tokens: there may be none", "{ usage: { total_tokens: { $gte: 0 } } }", ""],
  ["fewer tokens than none", "{ usage: { total_tokens: { $lt: 0 } } }", "never_holds 4:38"],
  ["a pattern of nothing", "{ reply: { matches: '(?i)(late)?x*' } }", "never_fails 4:33"],
  ["a pattern of nothing at a word's end", "{ reply: { matches: 'x*\\b' } }", ""],
  ["an empty text that ignores case", "{ reply: { contains: { text: '', ignore_case: true } } }", "never_fails 4:42"],
  [
    "a text and not, in any case",
    "{ reply: { contains: too late, not_contains: { text: LATE, ignore_case: true } } }",
    "never_holds 4:66",
  ],
  ["a text in another case", "{ reply: { contains: too late, not_contains: LATE } }", ""],
  ["nothing of the commentary", "{ commentary: {} }", "never_fails 4:27"],
  ["commentary that there is none of", "{ commentary: { empty: true } }", ""],
  ["commentary and not", "{ commentary: { contains: x, not_contains: x } }", "never_holds 4:56"],
  ["nothing of the messages", "{ messages: {} }", "never_fails 4:25"],
  ["any number of messages", "{ messages: { count: { $gte: 0 } } }", "never_fails 4:34"],
  ["a message with nothing", "{ messages: { order: [a, ''] } }", "never_fails 4:38"],
  ["a message that is a number", "{ messages: { order: [{ $gt: 3 }] } }", "never_holds 4:42"],
  ["an error of a turn that completes", "{ error: { code: server_error } }", "never_holds 4:15"],
  ["an error of a turn that fails", "{ status: failed, error: { code: server_error } }", ""],
  ["nothing of an error", "{ status: failed, error: {} }", "never_fails 4:38"],
  ["a code that is a number", "{ status: failed, error: { code: 500 } }", "never_holds 4:46"],
  ["files of an assistant that makes some", "{ files: { min: 1, name: '*.png' } }", ""],
  ["at least no file", "{ files: { min: 0 } }", "never_fails 4:29"],
  ["a reply of which nothing is expected", "{ reply: {} }", "never_fails 4:22"],
  ["citations of an assistant that searches nothing", "{ citations: { min: 1 } }", "never_holds 4:15"],
  ["a text and not", "{ reply: { contains: too late, not_contains: late } }", "never_holds 4:58"],
  ["a text, and not a longer one", "{ reply: { contains: late, not_contains: too late } }", ""],
  ["a text that is not in the whole", "{ reply: { equals: late, contains: [la, to] } }", "never_holds 4:53"],
  ["one of several in the whole", "{ reply: { equals: late, any_of: [x, la] } }", ""],
  ["none of several in the whole", "{ reply: { equals: late, any_of: [x, y] } }", "never_holds 4:47"],
  ["a text in nothing", "{ reply: { empty: true, contains: x } }", "never_holds 4:47"],
  ["what is true whatever happens", "{ check: '1 < 2' }", "never_fails 4:22"],
  ["what is never true", "{ check: [calls.size() == 0, 'false'] }", "never_holds 4:42"],
])("%s", async (_, expected, problem) => {
  const found = await problemsOf({ ...project, "scenarios/s.yaml": withTurn(expected) });
  expect(found.map((each) => brief(each).replace("scenarios/s.yaml:", "")).join()).toBe(problem);
});

test("a stub that waits for an argument which the tool does not have", async () => {
  const stubs = "tools: { lookup: [{ when: { idd: A }, return: 1 }, { return: 2 }] }\n";
  const [found] = await problemsOf({ ...project, "scenarios/s.yaml": withTurn("{ tools: [lookup] }", stubs) });
  expect(found).toMatchObject({
    code: "unknown_reference",
    label: 'did you mean "id"?',
    place: { line: 2, column: 29 },
  });
});

test("a stub that waits for an argument of another type", async () => {
  const stubs = "tools: { lookup: [{ when: { id: 5 }, return: 1 }, { return: 2 }] }\n";
  const [found] = await problemsOf({ ...project, "scenarios/s.yaml": withTurn("{ tools: [lookup] }", stubs) });
  expect(found).toMatchObject({
    code: "wrong_type",
    message: '"id" of lookup must be text, but this is a number: 5',
    hint: 'Quote it to make it text: "5".',
  });
});

test("a script that calls with what the tool does not take is worth a warning", async () => {
  const script = `
assistant: a
turns:
  - user: hi
    script:
      - call: lookup
        with: { idd: A, unit: "\${{ vars.x }}" }
      - calls:
          - { call: lookup, with: { id: A-1 } }
          - { call: lookup, with: { id: 7 } }
          - { call: open_ended, with: { anything: 1 } }
          - { call: code_interpreter, with: { code: print(1) } }
      - say: done
    expect: { reply: { contains: done } }
`;
  const found = await problemsOf({
    ...project,
    "playbill.yaml": "project: desk\nvars: { x: y }\n",
    "scenarios/s.yaml": script,
  });
  expect(found.map((each) => brief(each).replace("scenarios/s.yaml:", ""))).toEqual([
    "warning unknown_reference 7:17",
    "warning wrong_type 10:41",
    "warning unknown_reference 12:47",
  ]);
});

test.each([
  ["assistant: a\nturns: [{ user: hi }]\n", ["no_expectations"]],
  [
    "assistant: a\nturns: [{ user: hi }, { when: 'true', user: hi, expect: { reply: { contains: x } } }]\n",
    ["no_expectations"],
  ],
  [
    "assistant: a\nturns: [{ user: hi }, { user: { any: [{ when: 'true', say: hi }] }, expect: { reply: { contains: x } } }]\n",
    [],
  ],
  ["assistant: a\nturns: [{ user: hi, expect: { reply: { contains: x, severity: warn } } }]\n", ["no_expectations"]],
  ["assistant: a\nobserve: true\nturns: [{ user: hi }]\n", []],
  ["assistant: a\nturns: [{ user: hi, expect: { status: failed } }]\n", []],
  ["assistant: a\nturns: [{ user: hi }]\nexpect: { time: { total: 1s } }\n", []],
  ["assistant: a\nturns: [{ user: hi, save: { x: { from: reply } } }]\n", []],
])("what could never fail is refused when it is to be run: %s", async (yaml, codes) => {
  const root = folderOf({ ...project, "scenarios/s.yaml": yaml });
  const { project: sound, testProblems } = await loadProject(root, {}, scenarioSide);
  expect(sound).not.toBeNull();
  expect(testProblems.map(({ code }) => code)).toEqual(codes);
});

const searching = {
  ...project,
  "playbill.yaml": "project: desk\n",
  "assistants/a.yaml": "model: gpt-4o\ntools: [{ file_search: { vector_store: guide } }]\n",
  "assistants/vector_stores/guide.yaml": "files: ['../guide/*.md']\n",
  "assistants/guide/refund-policy.md": "14 days\n",
  "assistants/guide/shipping.md": "3 days\n",
};

test.each([
  ["a file that is searched", "{ citations: { file: refund-policy.md } }", {}, ""],
  ["a glob that fits one", "{ citations: { file: 'refund-*' } }", {}, ""],
  ["a file that is not", "{ citations: { file: refund-policies.md } }", {}, "unknown_reference 4:34"],
  [
    "one in a store that has others",
    "{ citations: { file: x.md } }",
    { "assistants/vector_stores/guide.yaml": "files: ['../guide/*.md', { id: file-1 }]\n" },
    "",
  ],
  ["files of an assistant without code", "{ files: { min: 1 } }", {}, "never_holds 4:15"],
  [
    "those of one with a tool that is not known",
    "{ files: { min: 1 } }",
    { "assistants/a.yaml": "model: gpt-4o\ntools: [{ raw: { type: computer } }]\n" },
    "",
  ],
])("%s is expected", async (_, expected, more, found) => {
  const problems = await problemsOf({ ...searching, ...more, "scenarios/s.yaml": withTurn(expected) });
  const own = problems.filter(({ place }) => place?.file === "scenarios/s.yaml");
  expect(own.map((each) => brief(each).replace("scenarios/s.yaml:", "")).join(", ")).toBe(found);
});

test.each([
  ["to be searched", "file_search", []],
  ["for code only", "code_interpreter", ["unknown_reference"]],
])("a file that the user attaches %s is expected to be cited", async (_, tool, codes) => {
  const yaml = `assistant: a\nfiles: { bill: ./bill.txt }\nturns:\n  - user: hi\n    attach: [{ file: bill, for: [${tool}] }]\n    expect: { citations: { file: bill.txt } }\n`;
  const problems = await problemsOf({ ...searching, "scenarios/s.yaml": yaml, "scenarios/bill.txt": "42\n" });
  const errors = problems.filter(({ place, severity }) => place?.line === 6 && severity === "error");
  expect(errors.map(({ code }) => code)).toEqual(codes);
});
