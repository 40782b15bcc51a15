import { closed } from "../../project/schemas/common.ts";
import { Type } from "../../schema/builder.ts";
import { match } from "../matcher/match.ts";
import type { Finding } from "../verdict.ts";
import { Matcher, neverFails, severity, typedMatcherFaults } from "./fragments.ts";
import { defineSubject } from "./subject.ts";
import { emptyTexts, findText, readTexts, showText, textOf, texts } from "./texts.ts";

/** The code that the assistant ran: what it contains, and what one piece, or all of them together, printed. */
export const code = defineSubject({
  name: "code",
  turn: Type.Object(
    {
      contains: Type.Optional(texts("Texts that the executed code must all contain.", ["import pandas"])),
      logs: Type.Optional(Matcher),
      severity,
    },
    { ...closed, description: "The code that the code interpreter must have run, and its output." },
  ),
  read: ({ contains, logs }) => ({ contains: readTexts(contains, "contains"), logs }),
  faults: ({ contains, logs }) => [
    ...emptyTexts(contains),
    ...typedMatcherFaults(logs, ["logs"], "string"),
    ...(contains.length === 0 && logs === undefined
      ? [neverFails([], "it checks nothing about the code", "Add contains or logs.")]
      : []),
  ],
  judge({ contains, logs }, { turns }) {
    const ran = turns.flatMap((turn) => turn.code);
    const inputs = ran.map(({ input }) => input).join("\n");
    const missing = (what: string) => `expected ${what}${ran.length === 0 ? "; no code was run" : ""}`;
    const ofInputs = contains.map((each): Finding => {
      const pass = findText(each, inputs) !== null;
      const words = `contains ${showText(each)}`;
      const sentence = pass ? `the code ${words}` : missing(`code that ${words}`);
      return { at: each.at, pass, expected: textOf(each), actual: inputs, sentence, shows: "missing_part" };
    });
    if (logs === undefined) return ofInputs;
    const printed = ran.map((each) => each.logs);
    const all = printed.join("");
    const pass = printed.length > 0 && [...printed, all].some((each) => match(logs, each).length === 0);
    const faults = match(logs, all).map(({ sentence }) => sentence);
    const sentence = pass ? "the code printed what was expected" : `${missing("other output")}: ${faults.join("; ")}`;
    return [...ofInputs, { at: ["logs"], pass, expected: logs, actual: all, sentence, shows: "difference" }];
  },
});
