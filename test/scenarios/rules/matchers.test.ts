import { expect, test } from "vitest";
import { problemsOf } from "../../project/project-folder.ts";

const project = {
  "assistants/a.yaml": "model: gpt-4o\ntools: [{ function: lookup }, { function: refund }]\n",
  "assistants/tools/lookup.yaml": "description: Looks up\n",
  "assistants/tools/refund.yaml": "description: Pays back\n",
};

const yaml = `assistant: a
tools:
  lookup: [{ when: { id: { $regexp: x } }, return: 1 }]
turns:
  - user: hi
    expect:
      tools: [lookup: { id: { $gt: x } }, refund: { args: { $nope: 1 }, times: 2..1 }]
      reply: { json: { match: { $nope: 1 } }, words: { $lte: many } }
      code: { logs: { $regex: "(" } }
      usage: { total_tokens: { $lt: x }, severity: warn }
expect:
  tools: { calls: [lookup: { match: nearly }] }
`;

test("every faulty matcher, number of times and way to match is found, with its line", async () => {
  const found = await problemsOf({ ...project, "scenarios/a.yaml": yaml });
  expect(found.map(({ code, place }) => `${code} ${place?.line}`)).toEqual([
    "bad_matcher 3",
    "bad_matcher 7",
    "bad_matcher 7",
    "bad_times 7",
    "bad_matcher 8",
    "bad_matcher 8",
    "bad_regex 9",
    "bad_matcher 10",
    "bad_match 12",
  ]);
});

test("a sound scenario has no faults", async () => {
  const sound =
    "assistant: a\nturns: [{ user: hi, expect: { tools: [lookup, refund: { times: 1..2, match: exact }] } }]";
  expect(await problemsOf({ ...project, "scenarios/a.yaml": sound })).toEqual([]);
});
