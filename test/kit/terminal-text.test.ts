import fc from "fast-check";
import { expect, test } from "vitest";
import { displayWidth } from "../../src/kit/display-width.ts";
import { printable, printableLine, printableOutput } from "../../src/kit/terminal-text.ts";

const hostile = fc.array(
  fc.oneof(
    fc.constantFrom("\u001b", "\n", "\r", "\t", "::", ":", "##", "#", "[", "vso[", " ", "\u202e", "\u009b"),
    fc.string(),
  ),
);

test("no text controls a terminal, nor a CI log, on one line or on several", () => {
  fc.assert(
    fc.property(hostile, (parts) => {
      const text = parts.join("");
      expect(printableLine(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      for (const line of printable(text).split("\n")) {
        expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(line.trimStart().startsWith("::")).toBe(false);
        expect(line).not.toMatch(/##(vso)?\[/);
      }
    }),
  );
});

test("what is written to a stream holds no command, and of controls only colours; JSON stays the same value", () => {
  fc.assert(
    fc.property(hostile, (parts) => {
      const output = printableOutput(parts.join(""));
      // oxlint-disable-next-line no-control-regex
      expect(output.replaceAll(/\u001b\[[\d;]*m/g, "")).not.toMatch(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      expect(output).not.toMatch(/^[^\S\n]*::|##(vso)?\[/m);
      expect(JSON.parse(printableOutput(JSON.stringify({ parts }, null, 2)))).toEqual({ parts });
    }),
  );
});

test("what is harmless stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "é", " ", "\n", "語", "😀", "-", "a::b") }), (text) => {
      expect(printable(text)).toBe(text);
    }),
  );
});

test.each([
  ["abc", 3],
  ["日本", 4],
  ["e\u0301", 1],
  ["👨‍👩‍👧", 2],
  ["🇩🇪", 2],
])("%j takes %i columns", (text, width) => expect(displayWidth(text)).toBe(width));
