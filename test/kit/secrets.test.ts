import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSecrets, isHideable, sensitiveShown } from "../../src/kit/secrets.ts";

const secret = "s3cr&t/with \"quotes\" + 'ticks' é";

describe("a secret is hidden", () => {
  test.each<[string, string]>([
    ["as it is", secret],
    ["in a header", `Authorization: Bearer ${secret}`],
    ["in JSON", JSON.stringify({ said: `key ${secret}.` })],
    ["in JSON within JSON", JSON.stringify({ body: JSON.stringify({ key: secret }) })],
    ["in a URL's query", `?key=${encodeURIComponent(secret)}&x=1`],
    ["in a form", new URLSearchParams({ key: secret }).toString()],
    ["in a URL's user info", new URL(`http://u:${encodeURIComponent(secret)}@host/`).href],
    ["in XML", `<m>${secret.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}</m>`],
    ["in base64", Buffer.from(secret).toString("base64")],
  ])("%s", (_, text) => {
    const secrets = createSecrets();
    secrets.add(secret);
    const left = secrets.redact(text);
    expect(left).toContain("***");
    expect(left).not.toMatch(/s3cr|quotes/);
  });
});

test("a login is hidden in a URL and as Basic authorization", () => {
  const secrets = createSecrets();
  secrets.addLogin("user", "pw");
  expect(secrets.redact("http://user:pw@host/")).toBe("http://***@host/");
  expect(secrets.redact(`Basic ${Buffer.from("user:pw").toString("base64")}`)).toBe("Basic ***");
});

test("a key with line breaks is hidden line by line", () => {
  const secrets = createSecrets();
  secrets.add("first-line-1\nsecond-line-2\n");
  expect(secrets.redact("x first-line-1 y second-line-2 z first-line-1\\nsecond-line-2")).toBe("x *** y *** z ***");
});

test("words that stand for no key are left alone", () => {
  const secrets = createSecrets();
  for (const word of ["none", "ollama", "unused", "x", ""]) secrets.add(word);
  const text = "unused things and none of ollama's, x";
  expect(secrets.redact(text)).toBe(text);
});

test("whatever the secret is, it is removed from every text, and a JSON value stays valid", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 9, maxLength: 40, unit: "grapheme-ascii" }).filter((text) => text.trim().length >= 9),
      fc.string(),
      fc.string(),
      (hidden, before, after) => {
        const secrets = createSecrets();
        secrets.add(hidden);
        for (const form of [hidden, JSON.stringify(hidden).slice(1, -1), encodeURIComponent(hidden)])
          expect(secrets.redact(before + form + after)).not.toContain(form);
        const value = secrets.redactJson({ [`a${hidden}`]: [before + hidden, 1, null, true] });
        expect(JSON.stringify(value)).not.toContain(JSON.stringify(hidden).slice(1, -1));
        expect(Object.values(value)[0]).toHaveLength(4);
      },
    ),
  );
});

test("a sensitive value is shown by its hash, and can be put back", () => {
  const hideable = fc.string({ minLength: 6 }).filter((value) => isHideable(value) && value.trim() === value);
  fc.assert(
    fc.property(hideable, fc.string(), (value, around) => {
      const secrets = createSecrets();
      secrets.add(value, sensitiveShown(value));
      const object = { said: [value, around] };
      const hidden = secrets.redactJson(object);
      expect(hidden.said[0]).toBe(sensitiveShown(value));
      expect(secrets.revealJson(hidden).said[0]).toBe(value);
    }),
  );
});

describe("what a cut leaves of a secret is hidden", () => {
  const long = "abcdefghij-KLMNOPQRST-0123456789-uvwxyzABCD";
  const secrets = createSecrets();
  secrets.add(long);

  test("wherever it is cut, at one end or at both", () => {
    fc.assert(
      fc.property(fc.nat(42), fc.nat(43), fc.constantFrom("…", "..."), (from, to, sign) => {
        fc.pre(to - from >= 6);
        const piece = long.slice(from, to);
        const head = from > 0 ? `said 12 chars${sign}` : 'said "';
        const tail = to < long.length ? `${sign}9 chars` : '" and more';
        const shown = secrets.redact(`${head}${piece}${tail}`);
        expect(shown).toBe(`${head}***${tail}`);
      }),
    );
  });

  test("and other texts stay", () => {
    for (const text of [
      "a text … with dots",
      "abcde…",
      "…BCD and so on",
      "abcdefghij without a cut",
      "…middle-KLMNOP…",
    ])
      expect(secrets.redact(text)).toBe(text);
  });
});
