import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createBlocks } from "../../../src/cli/markdown/blocks.ts";
import { displayWidth } from "../../../src/kit/display-width.ts";
import { renderBlock } from "../../../src/cli/markdown/render.ts";

/** Lines of Markdown, sound and broken, that meet in any order. */
const line = fc.constantFrom(
  "",
  "Some words of *text*.",
  "# Title",
  "- one",
  "  - nested",
  "  more of it",
  "1. first",
  "```js",
  "```",
  "~~~~",
  "    indented",
  "> quote",
  "> ```",
  "| a | b |",
  "|---|--:|",
  "---",
  "**open",
  "<b>html</b>",
  "[ref]: http://x.example",
  "\u001b[31mred\u0007",
);
const markdown = fc.array(line, { maxLength: 30 }).map((lines) => lines.join("\n"));

function blocksOf(pieces: readonly string[]): string[] {
  const blocks = createBlocks();
  return [...pieces.flatMap((piece) => blocks.push(piece)), ...blocks.end()];
}

function cut(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  let rest = text;
  for (const size of sizes) {
    pieces.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return [...pieces, rest];
}

const rendered = (text: string, width = 60) =>
  blocksOf([text]).map((block) => renderBlock(block, width, null).map(stripVTControlCharacters).join("\n"));

test("blocks do not depend on the pieces in which a text came, and no line is lost", () => {
  fc.assert(
    fc.property(markdown, fc.array(fc.nat(12)), (text, sizes) => {
      const blocks = blocksOf([text]);
      expect(blocksOf(cut(text, sizes))).toEqual(blocks);
      const written = (all: string) =>
        all
          .split("\n")
          .map((each) => each.trimEnd())
          .filter((each) => each !== "");
      expect(written(blocks.join("\n"))).toEqual(written(text));
    }),
  );
});

test("whatever the text is, no control character except styles reaches the terminal, and no word is lost", () => {
  fc.assert(
    fc.property(markdown, fc.integer({ min: 1, max: 100 }), (text, width) => {
      for (const block of blocksOf([text])) {
        const lines = renderBlock(block, width, { text: "bot> ", styles: ["bold"] });
        // eslint-disable-next-line no-control-regex
        for (const each of lines) expect(each.replaceAll(/\u001b\[\d+m/g, "")).not.toMatch(/\p{Cc}/u);
        const shown = stripVTControlCharacters(lines.join(" "));
        for (const word of block.match(/[a-z]{3,}/g) ?? []) if (word !== "http") expect(shown).toContain(word);
      }
    }),
  );
});

test("words are wrapped at the width, and a word that is longer stays whole", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom("a", "b", "ü", "日"), minLength: 1, maxLength: 12 }), {
        minLength: 1,
      }),
      (words) => {
        const lines = renderBlock(words.join(" "), 30, null);
        expect(lines.join(" ").split(" ")).toEqual(words);
        for (const [index, each] of lines.entries()) {
          if (each.includes(" ")) expect(displayWidth(each)).toBeLessThanOrEqual(30);
          if (index > 0) expect(displayWidth(`${lines[index - 1]} ${each.split(" ")[0]}`)).toBeGreaterThan(30);
        }
      },
    ),
  );
});

test.each([
  [
    "Hi **there**, see [docs](https://x.example/a) and <https://y.example>.",
    ["Hi there, see docs (https://x.example/a) and", "https://y.example."],
  ],
  ["a  \nb\nc", ["a", "b c"]],
  ["![a cat](http://x.example/c.png)", ["[image: a cat] (http://x.example/c.png)"]],
  ["- [x] done\n- open\n  - nested\n- `code`", ["• [x] done", "• open", "  • nested", "• code"]],
  ["7. a\n8. b", ["7. a", "8. b"]],
  ["```\n\tx\n\n  y\n```", ["        x", "", "      y"]],
  ["> q\n> > r", ["│ q", "│", "│ │ r"]],
  ["| a | bb |\n|---|--:|\n| ccc | d |", ["a   │ bb", "────┼───", "ccc │  d"]],
  [
    `| a | b |\n|---|---|\n| ${"long ".repeat(9)} | ${"cell ".repeat(9)} |`,
    ["a: long long long long long long long long long", "b: cell cell cell cell cell cell cell cell cell"],
  ],
  ["&amp; <b>x</b>", ["&amp; <b>x</b>"]],
])("%s", (text, expected) => {
  expect(
    rendered(text, 50)
      .join("\n")
      .split("\n")
      .map((each) => each.trimEnd()),
  ).toEqual(expected);
});

test("code with empty lines is one block, a list with them too, and a numbered list continues", () => {
  expect(blocksOf(["```\na\n\nb\n```\nafter\n\n1. x\n\n   y\n2. z\n\nend"])).toEqual([
    "```\na\n\nb\n```",
    "after",
    "1. x\n\n   y\n2. z",
    "end",
  ]);
});

test("a block that is long, or nested without end, is shown as it is", () => {
  expect(rendered(`**${"x ".repeat(20_000)}**`)[0]).toContain("**x x");
  expect(rendered("> ".repeat(5_000))[0]).toBe("> ".repeat(5_000).trim());
});
