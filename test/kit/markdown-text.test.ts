import fc from "fast-check";
import { expect, test } from "vitest";
import { fencedBlock, fittingParts, markdownLine } from "../../src/kit/markdown-text.ts";
import { printableLine } from "../../src/kit/terminal-text.ts";

/** What a browser shows of character references. */
const decoded = (text: string) => text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

test("a text is shown as it is, and nothing in it means anything", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab<>&"`*_~[]#|@!\\:/. www'.split("")) }), (text) => {
      const line = markdownLine(text);
      // printableLine escapes a leading "::", which would be a GitHub workflow command.
      expect(decoded(line)).toBe(printableLine(text));
      expect(line.replaceAll(/&#\d+;/g, "-")).not.toMatch(/[&<>"\\`*_~[\]#|@!]|:\/\/|www\./);
    }),
  );
  for (const sign of ["\n", "\u001b"]) expect(markdownLine(`a${sign}b`)).not.toContain(sign);
});

test("a block ends where it ends, whatever is in it", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("`", "a", "\n") }), (text) => {
      const lines = fencedBlock("diff", text).split("\n");
      const fence = /^`+/.exec(lines[0] ?? "")?.[0] ?? "";
      expect(fence.length).toBeGreaterThan(2);
      expect(lines.slice(1, -1).filter((line) => line.includes(fence))).toEqual([]);
      expect(lines.at(-1)).toBe(fence);
    }),
  );
});

test("parts are kept whole, as many as fit, and the others are counted", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.nat(60), (parts, room) => {
      const { kept, left } = fittingParts(parts, room);
      expect(kept).toEqual(parts.slice(0, parts.length - left));
      expect(kept.map((part) => `${part}\n\n`).join("").length).toBeLessThanOrEqual(room);
    }),
  );
});
