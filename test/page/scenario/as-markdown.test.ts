import { type Tokens, lexer, walkTokens } from "marked";
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

test.each(["![x](//a.b/c)", "<img src=x>", "[x](y)", "`a`", "**a** _b_", "a ``` b", "# a", "1. a"])(
  "a name is no mark: %s",
  (name) => {
    const page = scenarioPage([
      attemptPage([turnPage(1, [called(name, {})])], [verdictPage(1, "failed", { sentence: name })]),
    ]);
    const tokens = lexer(asMarkdown({ ...page, name, reason: name }, 0));
    const kinds = new Set(["heading", "paragraph", "space", "code", "text", "strong", "codespan", "escape"]);
    void walkTokens(tokens, ({ type }) => expect(kinds).toContain(type));
    const codes: string[] = [];
    void walkTokens(tokens, (token) => {
      if (token.type === "codespan") codes.push((token as Tokens.Codespan).text);
    });
    expect(codes).toEqual([name]);
  },
);
