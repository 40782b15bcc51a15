import { expect, test } from "vitest";
import { daysUntil, modelUses, sunsetOf, sunsetProblems } from "../../src/project/sunset/sunset.ts";
import { announcements, shutdowns, tableDate } from "../../src/project/sunset/table.ts";

const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
const nobody = { declared: new Map<string, string | null>(), offered: null };
const uses = [{ model: "m", usedBy: ["assistant.a"] }];

test("the table is dated, has a source for every line, each model once a day, and days that exist", () => {
  expect(new Date(day(tableDate)).toISOString()).toContain(tableDate);
  for (const { on, models, source } of shutdowns) {
    expect(new Date(day(on)).toISOString()).toContain(on);
    expect(new Set(models).size).toBe(models.length);
    expect(source).toMatch(/^https:\/\/\S+$/);
  }
  const all = shutdowns.flatMap(({ models }) => models);
  expect(new Set(all).size).toBe(all.length);
  expect(announcements).toMatch(/^https:/);
});

test.each([
  ["2027-01-14", "2026-11-26T12:00:00Z", 49],
  ["2026-11-27", "2026-11-26T23:59:59Z", 1],
  ["2026-11-26", "2026-11-26T00:00:00Z", 0],
  ["2026-11-26", "2026-11-27T00:00:00Z", -1],
])("%s is, at %s, %i days away", (date, now, days) => {
  expect(daysUntil(date, Date.parse(now))).toBe(days);
});

test("playbill.yaml goes before the target, and the target before the table", () => {
  const offered = new Map([
    ["gpt-4o", "2030-01-01"],
    ["x", null],
  ]);
  const declared = new Map([["gpt-4o", null]]);
  expect(sunsetOf("gpt-4o", { declared, offered })).toEqual({ date: null, source: "playbill.yaml" });
  expect(sunsetOf("gpt-4o", { ...nobody, offered })).toEqual({ date: "2030-01-01", source: "target" });
  expect(sunsetOf("x", { ...nobody, offered })).toEqual({ date: null, source: "target" });
  expect(sunsetOf("gpt-4o", nobody)).toEqual({ date: "2027-01-14", source: "table" });
  expect(sunsetOf("gpt-4", { ...nobody, offered })).toBeNull();
  expect(sunsetOf("llama3.2", nobody)).toBeNull();
});

test("a fine-tuned model ends with the one it was made of, unless something else is said", () => {
  const model = "ft:gpt-4o-mini-2024-07-18:acme::abc";
  expect(sunsetOf(model, nobody)?.date).toBe("2027-01-14");
  expect(sunsetOf(model, { ...nobody, declared: new Map([[model, null]]) })?.date).toBeNull();
  expect(sunsetOf(model, { ...nobody, offered: new Map([["gpt-4o-mini-2024-07-18", "2027-02-02"]]) })?.date).toBe(
    "2027-02-02",
  );
});

test.each([
  [91, null, []],
  [90, null, ["warning m is shut down in 90 days, on 2027-06-01; assistant.a uses it"]],
  [30, null, ["warning m is shut down in only 30 days, on 2027-06-01; assistant.a uses it"]],
  [1, null, ["warning m is shut down in only 1 day, on 2027-06-01; assistant.a uses it"]],
  [0, null, ["warning m was shut down on 2027-06-01; assistant.a uses it"]],
  [30, 29, ["warning m is shut down in only 30 days, on 2027-06-01; assistant.a uses it"]],
  [30, 30, ["error m is shut down in only 30 days, on 2027-06-01; assistant.a uses it"]],
  [-5, 0, ["error m was shut down on 2027-06-01; assistant.a uses it"]],
  [120, 200, ["error m is shut down in 120 days, on 2027-06-01; assistant.a uses it"]],
])("%i days before, with --fail-on-sunset %s", (days, failOn, expected) => {
  const sources = { ...nobody, declared: new Map([["m", "2027-06-01"]]) };
  const now = day("2027-06-01") - days * 86_400_000;
  const found = sunsetProblems(uses, sources, { now, failOn, placeOf: () => undefined });
  expect(found.map(({ severity, message }) => `${severity} ${message}`)).toEqual(expected);
});

test("models are listed once, with their users", () => {
  const desired = ["b", "a", "c"].map((name) => ({ address: `assistant.${name}`, spec: { model: "m" } }));
  const used = modelUses([...desired, { address: "file.x", spec: {} }] as never);
  expect(used).toEqual([{ model: "m", usedBy: ["assistant.a", "assistant.b", "assistant.c"] }]);
  const sources = { ...nobody, declared: new Map([["m", "2020-01-01"]]) };
  const [found] = sunsetProblems(used, sources, { now: Date.now(), failOn: null, placeOf: () => undefined });
  expect(found?.message).toBe("m was shut down on 2020-01-01; assistant.a, assistant.b and 1 more use it");
});
