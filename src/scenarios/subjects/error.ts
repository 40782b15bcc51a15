import { closed } from "../../project/schemas/common.ts";
import { Type } from "../../schema/builder.ts";
import { match } from "../matcher/match.ts";
import { Matcher, neverFails, severity, typedMatcherFaults } from "./fragments.ts";
import { defineSubject } from "./subject.ts";

/** The error with which a turn failed. */
export const error = defineSubject({
  name: "error",
  turn: Type.Object(
    { code: Type.Optional(Matcher), message: Type.Optional(Matcher), severity },
    { ...closed, description: "The error of a turn that must fail: matchers for its code and its message." },
  ),
  read: ({ code, message }) => ({ code, message }),
  faults: ({ code, message }) => [
    ...typedMatcherFaults(code, ["code"], "string"),
    ...typedMatcherFaults(message, ["message"], "string"),
    ...(code === undefined && message === undefined
      ? [neverFails([], "it checks nothing about the error", "Add code or message.")]
      : []),
  ],
  demands: () => ({ failure: true }),
  judge: (expected, { turns }) =>
    turns.flatMap((turn) =>
      (["code", "message"] as const).flatMap((key) => {
        if (expected[key] === undefined) return [];
        const actual = turn.error?.[key];
        const faults = match(expected[key], actual).map(({ sentence }) => sentence);
        const pass = faults.length === 0;
        const sentence = pass ? `the error's ${key} is as expected` : `the error's ${key}: ${faults.join("; ")}`;
        return [{ at: [key], pass, expected: expected[key], actual, sentence, shows: "difference" as const }];
      }),
    ),
});
