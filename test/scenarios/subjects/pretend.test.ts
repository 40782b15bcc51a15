import { expect, test } from "vitest";
import { checkSchema } from "../../../src/project/schema-check.ts";
import type { Schema } from "../../../src/schema/schema.ts";
import { judgeTurn } from "../../../src/scenarios/judge.ts";
import { readWith } from "../../../src/scenarios/read/file.ts";
import { scenarioSchema } from "../../../src/scenarios/schema.ts";
import { subjects } from "../../../src/scenarios/subjects/table.ts";
import { declare, scenario, turn } from "../scenario.ts";
import { politeness } from "./politeness.ts";

const known = [...subjects, politeness];

test("another expectation is one file and one line of the table: its schema, its faults, its judgement", () => {
  const schema = JSON.parse(JSON.stringify(scenarioSchema(known))) as Schema;
  const written = (thanks: unknown) => ({
    assistant: "a",
    turns: [{ user: "hi", expect: { politeness: { thanks } } }],
  });
  expect(checkSchema(schema, written(2))).toEqual([]);
  expect(checkSchema(schema, written("two"))).toMatchObject([
    { code: "wrong_type", path: ["turns", 0, "expect", "politeness", "thanks"] },
  ]);

  const bare = scenario("assistant: a\nturns: [{ user: hi }]");
  const declared = {
    ...declare("assistant: a\nturns: [{ user: hi }]"),
    value: { assistant: "a", turns: [{ user: "hi", expect: { politeness: { thanks: 0 } } }] },
  };
  expect(readWith(known, declared, new Map()).turns[0]?.expectations.flatMap(({ faults }) => faults)).toHaveLength(1);
  const polite = { ...bare, ...readWith(known, { ...declared, value: written(2) }, new Map()) };
  const verdicts = judgeTurn([turn({ reply: "Thanks, and thanks again." })], polite);
  expect(verdicts.find(({ subject }) => subject === "politeness")).toMatchObject({
    pass: true,
    path: ["turns", 0, "expect", "politeness", "thanks"],
  });
  expect(judgeTurn([turn({ reply: "Thanks." })], polite).find(({ pass }) => !pass)).toMatchObject({
    subject: "politeness",
    sentence: "said thanks once, expected 2 times",
  });
});
