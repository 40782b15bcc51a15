import fc from "fast-check";
import { expect, test } from "vitest";
import { createKeyReader, fromEditedLine, type Keys, toEditedLine } from "../../../src/cli/chat/keys.ts";

const paste = (text: string) => `\u001b[200~${text}\u001b[201~`;

/** What is read of a text that comes in these pieces, keys that follow each other as one. */
function read(...pieces: string[]): Keys[] {
  const reader = createKeyReader();
  const joined: Keys[] = [];
  for (const each of pieces.flatMap(reader)) {
    const before = joined.at(-1);
    if (each.kind === "keys" && before?.kind === "keys") before.text += each.text;
    else joined.push({ ...each });
  }
  return joined;
}

test("keys, pastes and Ctrl-C are distinguished; a paste presses no key", () => {
  expect(read(`ab\u0003${paste("one\ntwo\u0003")}c\u001b[A`)).toEqual([
    { kind: "keys", text: "ab" },
    { kind: "interrupt" },
    { kind: "paste", text: "one\ntwo\u0003" },
    { kind: "keys", text: "c\u001b[A" },
  ]);
});

test("how it is cut into pieces does not matter", () => {
  const part = fc.oneof(fc.string(), fc.constant("\u0003"), fc.constant("\u001b[A"), fc.string().map(paste));
  fc.assert(
    fc.property(fc.array(part), fc.array(fc.nat(40)), (parts, cuts) => {
      const whole = `${parts.join("")}.`;
      const pieces: string[] = [];
      let rest = whole;
      for (const cut of cuts) {
        pieces.push(rest.slice(0, cut));
        rest = rest.slice(cut);
      }
      expect(read(...pieces, rest)).toEqual(read(whole));
    }),
  );
});

test("a text of several lines is one line while it is edited, and then what it was", () => {
  expect(toEditedLine("one\r\n\ttwo\u001b[31m")).toBe("one↵    two[31m");
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme-ascii" })), (lines) => {
      const text = lines.join("\n");
      expect(toEditedLine(text)).not.toMatch(/\p{Cc}/u);
      expect(fromEditedLine(toEditedLine(text))).toBe(text);
    }),
  );
});
