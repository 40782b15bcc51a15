import fc from "fast-check";
import { expect, test } from "vitest";
import { readCallAnswer } from "../../../src/cli/chat/call-answer.ts";
import { chatCommands, readTyped, type Typed } from "../../../src/cli/chat/input.ts";

/** What lines come to, one after the other. */
function typed(...lines: string[]): Typed[] {
  let draft: readonly string[] | null = null;
  return lines.map((line) => {
    const read = readTyped(line, draft);
    draft = read.kind === "more" ? read.draft : null;
    return read;
  });
}

test.each<[string, Typed]>([
  ["Hello ", { kind: "say", text: "Hello" }],
  ["   ", { kind: "nothing" }],
  ["/undo", { kind: "command", name: "undo", rest: "" }],
  ["/attach  my  file.pdf", { kind: "command", name: "attach", rest: "my file.pdf" }],
  ["//etc/hosts is what?", { kind: "say", text: "/etc/hosts is what?" }],
  ['"""Hi"""', { kind: "say", text: "Hi" }],
  ['""" """', { kind: "nothing" }],
])("%s", (line, expected) => {
  expect(typed(line)).toEqual([expected]);
});

test("three quotes begin and end a message of several lines, in which nothing is a command", () => {
  expect(typed('"""one', "/quit", "", 'three"""', "next").slice(3)).toEqual([
    { kind: "say", text: "one\n/quit\n\nthree" },
    { kind: "say", text: "next" },
  ]);
});

test("a wrong command gets a suggestion, or a place to look", () => {
  const words = (line: string) => typed(line).map((each) => (each.kind === "wrong" ? each.message : each.kind));
  expect(words("/rety")[0]).toContain("did you mean /retry?");
  expect(words("/xyz")[0]).toContain("/help");
  expect(words("/save")).toEqual(["/save needs an argument: /save NAME"]);
  expect(words("/undo now")).toEqual(["/undo takes no argument"]);
  expect(words("/constructor")[0]).toContain("there is no /constructor");
});

test("every text can be sent: as it is, with one more slash, or in quotes", () => {
  const line = fc.string({ unit: "grapheme" }).filter((text) => text.trim() !== "" && !/[\r\n]/.test(text));
  fc.assert(
    fc.property(line, (text) => {
      const wanted = text.trim();
      const written = wanted.startsWith("/") ? `/${wanted}` : wanted;
      if (!wanted.startsWith('"""')) expect(typed(written)).toEqual([{ kind: "say", text: wanted }]);
      if (!wanted.endsWith('"')) expect(typed('"""', wanted, '"""').at(-1)).toEqual({ kind: "say", text: wanted });
    }),
  );
});

test("every command is known by its name", () => {
  for (const [name, { rest }] of Object.entries(chatCommands))
    expect(typed(`/${name}${rest === "" ? "" : " x"}`)).toMatchObject([{ kind: "command", name }]);
});

const last = { kind: "result", value: 7 } as const;

test.each([
  ["", { hasHandler: true, last }, { kind: "handler" }],
  ["", { hasHandler: false, last }, { kind: "outcome", outcome: last }],
  ["h", { hasHandler: true, last: null }, { kind: "handler" }],
  ["l", { hasHandler: true, last }, { kind: "outcome", outcome: last }],
  ['j {"a":1}', { hasHandler: false, last: null }, { kind: "outcome", outcome: { kind: "result", value: { a: 1 } } }],
  ['{"a":1}', { hasHandler: false, last: null }, { kind: "outcome", outcome: { kind: "result", value: { a: 1 } } }],
  [
    "e no such order",
    { hasHandler: false, last: null },
    { kind: "outcome", outcome: { kind: "error", message: "no such order" } },
  ],
] as const)("the answer to a call: %s", (line, answers, expected) => {
  expect(readCallAnswer(line, answers)).toEqual(expected);
});

test.each(["", "h", "l", "e", "j", "j late", "late", "{"])("no answer to a call, and why: %s", (line) => {
  expect(readCallAnswer(line, { hasHandler: false, last: null })).toMatchObject({ kind: "again" });
});

test("every JSON value can be answered by hand", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const line = `j ${JSON.stringify(value)}`;
      const outcome = { kind: "result", value: JSON.parse(JSON.stringify(value)) as unknown };
      expect(readCallAnswer(line, { hasHandler: false, last: null })).toEqual({ kind: "outcome", outcome });
    }),
  );
});
