import fc from "fast-check";
import { expect, test } from "vitest";
import { takeMarked } from "../../../src/scenarios/transcripts/formats/marked-parts.ts";

const piece = fc.constantFrom("<a>", "</a>", "<|end|>", " ", "\n", "x", "<", "a>");
const texts = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));

test("marked parts are those that one pattern for both marks finds", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const whole = /<a>([^]*?)<\/a>/g;
      const taken = takeMarked(text, { begin: /<a>/g, end: /<\/a>/g, needsEnd: true });
      expect(taken.parts).toEqual([...text.matchAll(whole)].map(([, inner = ""]) => inner.trim()));
      expect(taken.rest).toBe(text.replaceAll(whole, ""));
    }),
  );
});

test("a part that needs no end reaches to the end of the text", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const whole = /<a>([^]*?)(?:<\/a>|<\|end\|>|$)/g;
      const taken = takeMarked(text, { begin: /<a>/g, end: /<\/a>|<\|end\|>/g, needsEnd: false });
      expect(taken.parts).toEqual([...text.matchAll(whole)].map(([, inner = ""]) => inner.trim()));
      expect(taken.rest).toBe(text.replaceAll(whole, ""));
    }),
  );
});
