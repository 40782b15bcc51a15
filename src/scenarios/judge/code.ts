import type { WrittenTurnExpectations } from "../../project/schemas/expect.ts";
import { show } from "../matcher/json.ts";
import { match } from "../matcher/match.ts";
import type { TurnRecord } from "../record.ts";
import { textsOf } from "./texts.ts";
import type { Finding } from "./verdict.ts";

/** Judges the code that the assistant ran: what it contains, and what one piece, or all together, printed. */
export function judgeCode(expected: NonNullable<WrittenTurnExpectations["code"]>, { code }: TurnRecord): Finding[] {
  const inputs = code.map(({ input }) => input).join("\n");
  const ofInputs = textsOf(expected.contains, "contains").map(({ at, text }) => {
    const pass = inputs.includes(text);
    const words = `contains ${show(text)}`;
    return {
      at,
      pass,
      expected: text,
      actual: inputs,
      sentence: pass ? `the code ${words}` : missing(`code that ${words}`),
    };
  });
  return expected.logs === undefined ? ofInputs : [...ofInputs, judgeLogs(expected.logs)];

  function missing(what: string): string {
    return code.length === 0 ? `expected ${what}; no code was run` : `expected ${what}`;
  }

  function judgeLogs(pattern: unknown): Finding {
    const logs = code.map((each) => each.logs);
    const all = logs.join("");
    const pass = logs.length > 0 && [...logs, all].some((each) => match(pattern, each).length === 0);
    const faults = match(pattern, all).map(({ sentence }) => sentence);
    const sentence = pass ? "the code printed what was expected" : `${missing("other output")}: ${faults.join("; ")}`;
    return { at: ["logs"], pass, expected: pattern, actual: all, sentence };
  }
}
