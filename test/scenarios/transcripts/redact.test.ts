import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redactedKinds } from "../../../src/scenarios/transcripts/redaction/kinds.ts";
import { isIban, isLuhn } from "../../../src/scenarios/transcripts/redaction/check-digits.ts";
import { createRedactor } from "../../../src/scenarios/transcripts/redaction/redact.ts";
import { play } from "../embedded.ts";
import { scenarioText } from "../../../src/scenarios/transcripts/write/scenario.ts";
import { anySeen, called, said, seen, turn } from "./seen.ts";

const redacted = (text: string, value: unknown = {}, name = "lookup") => {
  const redactor = createRedactor(new Set());
  const { turns } = redactor.redact(seen([turn(text, called(name, {}, value), said(text))]));
  const [only] = turns;
  const step = only?.steps[0];
  const outcome = step?.kind === "calls" ? step.calls[0]?.outcome : null;
  return {
    text: only?.user ?? "",
    value: outcome?.kind === "result" ? outcome.value : null,
    counts: Object.fromEntries(redactor.counts()),
  };
};

describe("what is personal in a text is replaced", () => {
  test.each<[string, string, RegExp]>([
    ["a mail address", "write to ada.l+x@mail.corp.org.", /^write to \w+\.\w+@example\.com\.$/],
    ["an American phone", "call (415) 555-2671 now", /^call \(202\) 555-01\d\d now$/],
    ["an international phone", "ring +44 20 7946 0958", /^ring \+44 2\d 5555 5\d\d\d$/],
    ["a card", "card 4111 1111 1111 1111 please", /^card 4\d\d\d \d{4} \d{4} 1111 please$/],
    ["an IBAN", "to DE89 3704 0044 0532 0130 00", /^to DE\d\d(?: \d{4}){4} \d\d$/],
    ["a social security number", "ssn 123-45-6789", /^ssn \d{3}-\d{2}-\d{4}$/],
    ["an address of a machine", "from 81.2.69.142, not 127.0.0.1", /^from 192\.0\.2\.1, not 127\.0\.0\.1$/],
    ["the same, version 6", "from 2a00:1450:4001::200e", /^from 2001:db8::1$/],
    ["an API key", "use sk-proj-abcdefghijklmnop1234", /^use sk-proj-[a-z]{16}\d{4}$/],
    ["a password that is said", "my password is hunter2!", /^my password is [a-z]{6}\d!$/],
    ["an introduction", "Hi, my name is Zyx Qwertz.", /^Hi, my name is [A-Z]\w+ [A-Z]\w+\.$/],
    ["the same in small letters", "my name is zyxa qwertz and I am late", /^my name is [a-z]+ [a-z]+ and I am late$/],
    ["in another language", "Ich heiße Jürgen Öztürk", /^Ich heiße [A-Z]\w+ [A-Z]\w+$/],
    ["a known first name", "Ask Maria Gonzalez about it", /^Ask [A-Z]\w+ [A-Z]\w+ about it$/],
    ["somebody with a handle", "invite Alice (alice59)", /^invite [A-Z]\w+ \(user1001\)$/],
  ])("%s", (_what, text, expected) => {
    const result = redacted(text);
    expect(result.text).toMatch(expected);
    expect(result.text).not.toBe(text);
  });

  test.each([
    "Order A-1001 of 2026-11-26 at 07:30:00 costs 1,234.50",
    "version 10.4.2, room 4-12, ticket 12345678",
    "My name is on the list, will April in Paris be late?",
    "4111 1111 1111 1112 is no card, DE00 3704 0044 0532 0130 00 no IBAN",
    "uuid 3f2b8c1e-0000-4000-8000-123456789012",
  ])("not: %s", (text) => {
    expect(redacted(text)).toMatchObject({ text, counts: {} });
  });
});

test("the error that a turn ended with has no personal data either", () => {
  const failed = {
    ...turn("Book it", said("One moment.")),
    end: { kind: "failed", code: "x", message: "z@q.org is banned" },
  };
  const { turns } = createRedactor(new Set()).redact(seen([failed as ReturnType<typeof turn>]));
  expect(turns[0]?.end).toMatchObject({
    code: "x",
    message: expect.stringMatching(/^\w+\.\w+@example\.com is banned$/),
  });
});

test("a list of any length is read for names", () => {
  const { counts } = redacted("Alice Zyxon ".repeat(20_000));
  expect(counts).toMatchObject({ name: expect.any(Number) });
});

describe("what fields say is replaced", () => {
  test.each<[string, object, object]>([
    [
      "names",
      { first_name: "Zyx", lastName: "Qwertz" },
      {
        first_name: expect.not.stringMatching("Zyx") as string,
        lastName: expect.not.stringMatching("Qwertz") as string,
      },
    ],
    [
      "a name beside a mail address",
      { name: "Zyx Qwertz", email: "z@q.org" },
      { name: expect.not.stringMatching("Zyx") as string, email: "alex.archer@example.com" },
    ],
    ["not the name of a thing", { name: "Client Meeting", id: 7 }, { name: "Client Meeting", id: 7 }],
    [
      "an address, but not its city",
      { street: "12 Main St", zip: "94105", city: "Berlin" },
      { street: "12 Example Street", zip: expect.stringMatching(/^\d{5}$/) as string, city: "Berlin" },
    ],
    [
      "a phone without blanks, and as a number",
      { phone: "4155552671", mobile: 4155552671 },
      { phone: "2025550100", mobile: 2025550100 },
    ],
    [
      "a token, but not the one of a page",
      { access_token: "abc12345", page_token: "abc123" },
      { access_token: expect.stringMatching(/^[a-z]{3}\d{5}$/) as string, page_token: "abc123" },
    ],
    [
      "a passport",
      { passport_number: "C01X00T47" },
      { passport_number: expect.stringMatching(/^C?[A-Z]\d\d[A-Z]\d\d[A-Z]\d\d$/) as string },
    ],
  ])("%s", (_what, value, expected) => {
    expect(redacted("x", value).value).toEqual(expected);
  });
});

test("numbers keep their check digits, in every form in which they stand", () => {
  const digits = fc.stringMatching(/^\d{14}$/);
  fc.assert(
    fc.property(digits, fc.stringMatching(/^\d{18}$/), (middle, account) => {
      const card = [...Array(10).keys()].map((last) => `4${middle}${last}`).find(isLuhn) ?? "";
      const { text } = redacted(`card ${card}, or ${card.replaceAll(/(\d{4})(?=\d)/g, "$1-")}`);
      const [one = "", other = ""] = text.replaceAll(/card |-/g, "").split(", or ");
      expect(isLuhn(one)).toBe(true);
      expect(other).toBe(one);
      const check = String(98 - Number(BigInt(`${account}131400`) % 97n)).padStart(2, "0");
      const iban = /DE\d+/.exec(redacted(`to DE${check}${account}`).text)?.[0] ?? "";
      expect(isIban(iban)).toBe(true);
      expect(iban).not.toBe(`DE${check}${account}`);
    }),
    { numRuns: 50 },
  );
});

test("equal values get equal replacements, in all conversations, and others get others", () => {
  const redactor = createRedactor(new Set());
  const mails = Array.from({ length: 3000 }, (_, index) => `user${index}@corp.org`);
  const users = (texts: readonly string[]) =>
    redactor.redact(seen(texts.map((each) => turn(each, said("x"))))).turns.map(({ user }) => user);
  const first = users(mails);
  expect(new Set(first).size).toBe(mails.length);
  expect(users(mails.map((each) => each.toUpperCase()))).toEqual(first);
  const phones = Array.from({ length: 900 }, (_, index) => `415-555-${1000 + index}`);
  expect(new Set(users(phones)).size).toBe(phones.length);
});

test.each(redactedKinds)("%s can be kept", (kind) => {
  const text =
    "My name is Zyx Qwertz, z@q.org, +44 20 7946 0958, 4111111111111111, DE89370400440532013000, 123-45-6789, 81.2.69.142, sk-abcdefghijklmnop1234";
  const value = { username: "zyxq", street: "12 Main St" };
  const conversation = seen([turn(text, called("lookup", {}, value), said("x"))]);
  const all = createRedactor(new Set());
  all.redact(conversation);
  expect([...all.counts().keys()].toSorted()).toEqual(redactedKinds.toSorted());
  const others = createRedactor(new Set([kind]));
  others.redact(conversation);
  expect([...others.counts().keys()].toSorted()).toEqual(redactedKinds.filter((each) => each !== kind).toSorted());
});

test("a call still fits its stub and a reply what it repeats", async () => {
  const customer = {
    name: "Zyx Qwertz",
    email: "Z.Q@corp.org",
    phone: "415-555-2671",
    card: 4111111111111111,
    order: "A-1001",
  };
  const conversation = seen([
    turn(
      "I am z.q@corp.org, (415) 555-2671",
      called("lookup", { email: "z.q@corp.org", phone: "4155552671" }, customer),
      said("Zyx, order A-1001 is paid with 4111 1111 1111 1111; I call 415.555.2671."),
    ),
  ]);
  const clean = createRedactor(new Set()).redact(conversation);
  const text =
    scenarioText(clean, { assistant: "tester", functions: ["lookup"], folder: "scenarios", header: "" })?.text ?? "";
  expect(text).not.toMatch(/Zyx|Qwertz|corp|2671|4111111111111111/i);
  expect(text).toContain("A-1001");
  expect((await play(text)).status).toBe("passed");
});

test("whatever is in a conversation, its form stays", () => {
  const keys = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(keys)
      : typeof value === "object" && value !== null
        ? Object.entries(value).map(([key, each]) => [key, keys(each)])
        : typeof value;
  fc.assert(
    fc.property(anySeen, (conversation) => {
      const clean = createRedactor(new Set()).redact(conversation);
      expect(keys(clean.turns)).toEqual(keys(conversation.turns));
    }),
    { numRuns: 50 },
  );
});
