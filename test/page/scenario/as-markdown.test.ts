import { lexer } from "marked";
import { expect, test } from "vitest";
import { asMarkdown } from "../../../src/page/scenario/as-markdown.ts";
import { attemptPage, called, message, scenarioPage, turnPage, verdictPage } from "./pages.ts";

test("a scenario is readable where it is pasted: verdict, command, what failed, conversation", () => {
  const comparison = { shows: "missing_part" as const, expected: "22.80", actual: "It is 22.79." };
  const place = { file: "scenarios/late.yaml", line: 21, column: 27, length: 5, text: "contains: 22.80" };
  const page = scenarioPage([
    attemptPage(
      [turnPage(1, [called("get_weather", { city: "Pune" }), message("It is 22.79.")])],
      [verdictPage(1, "failed", { comparison, place })],
      { notes: ["turn 2 was not run"] },
    ),
  ]);
  const text = asMarkdown(page, 0);
  for (const part of [
    "## late-order[locale=en]: A late order — failed",
    "npx playbill test --id 'late-order[locale=en]'",
    '✗ **the reply does not contain "22.80"** (turn 1, scenarios/late.yaml:21)',
    '{"city":"Pune"}',
    "It is 22.79.",
    "_turn 2 was not run_",
  ])
    expect(text).toContain(part);
});

test("what was said cannot get out of its fence", () => {
  const hostile = "```\n# Passed\n````\n<script>";
  const page = scenarioPage([attemptPage([turnPage(1, [message(hostile)], { user: hostile })])]);
  const fences = lexer(asMarkdown(page, 0)).flatMap((token) => (token.type === "code" ? [token.text as string] : []));
  expect(fences.filter((text) => text === hostile)).toHaveLength(2);
});
