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
    { ...closed, description: "The error of a turn that is to fail: matchers of its code and of its message." },
  ),
  read: ({ code, message }) => ({ code, message }),
  faults: ({ code, message }) => [
    ...typedMatcherFaults(code, ["code"], "text"),
    ...typedMatcherFaults(message, ["message"], "text"),
    ...(code === undefined && message === undefined
      ? [neverFails([], "it expects nothing of the error", "Write code or message.")]
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
