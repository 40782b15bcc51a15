import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSecrets } from "../../../src/kit/secrets.ts";
import type { Opinions } from "../../../src/scenarios/asking/ask.ts";
import { asksOfTurn, judgeTurn } from "../../../src/scenarios/judge.ts";
import { call, expecting, turn } from "../scenario.ts";

const key = "sk-very-secret-key";
const secrets = createSecrets();
secrets.add(key);
secrets.add("pin-4711", "(sensitive, sha256 0123456789ab)");
const { redactJson } = secrets;

/** Texts with secrets in them, some so long that they are cut in the middle of one. */
const said = fc
  .array(fc.constantFrom(key, "pin-4711", "***", "…", key.slice(0, 9), "Your key is ", `${"x".repeat(19_990)} `), {
    maxLength: 6,
  })
  .map((pieces) => pieces.join(""));

describe("questions about a turn with secrets in it", () => {
  const asking = (rest: string) => expecting(`{ ${rest} }`);
  const kinds = {
    judge: asking('judge: "polite, ${{ reply.text }}"'),
    similar: asking('reply: { similar: { to: "${{ reply.text }}", min: 0.1 } }'),
    module: asking("module: ./check.ts"),
  };

  test.each(Object.entries(kinds))("are those about its stored record: %s", (_, only) => {
    fc.assert(
      fc.property(said, said, (reply, arg) => {
        const raw = [turn({ reply, calls: [call("lookup", { arg }, 1, { outcome: { kind: "result", value: arg } })] })];
        const stored = redactJson(raw);
        const keysOf = (turns: typeof raw, hide?: typeof redactJson) =>
          asksOfTurn(turns, only, {}, hide).map((ask) => ask.key);
        expect(keysOf(raw, redactJson)).toHaveLength(1);
        expect(keysOf(stored, redactJson)).toEqual(keysOf(raw, redactJson));
      }),
      { numRuns: 50 },
    );
  });

  test("hold none, but for the project's own code, and are answered in their words", () => {
    const raw = [turn({ reply: `Your key is ${key}.` })];
    for (const [kind, only] of Object.entries(kinds))
      expect(JSON.stringify(asksOfTurn(raw, only, {}, redactJson)).includes(key)).toBe(kind === "module");
    const [ask] = asksOfTurn(raw, kinds.judge, {}, redactJson);
    const opinions = (quote: string): Opinions => ({
      [ask?.key ?? ""]: { kind: "answer", value: JSON.stringify({ reason: "", quotes: [quote], verdict: "pass" }) },
    });
    for (const quote of ["key is ***", `key is ${key}`]) {
      const verdicts = judgeTurn(raw, kinds.judge, opinions(quote), redactJson);
      expect(verdicts.find(({ subject }) => subject === "judge")).toMatchObject({ pass: true });
    }
  });
});

test("arguments are asked about as a recording has them", () => {
  const only = expecting("{ judge: polite }");
  const spaced = turn({ reply: "ok", calls: [call("lookup", { id: 1 }, 1, { arguments: '{ "id": 1 }' })] });
  const plain = turn({ reply: "ok", calls: [call("lookup", { id: 1 })] });
  expect(asksOfTurn([spaced], only, {})).toEqual(asksOfTurn([plain], only, {}));
});
