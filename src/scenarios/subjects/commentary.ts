import { closed } from "../../project/schemas/common.ts";
import { Type } from "../../schema/builder.ts";
import { commentaryOf, replyOf } from "../record/record.ts";
import type { Finding } from "../verdict.ts";
import { neverFails, severity } from "./fragments.ts";
import { expectsNothing, judgeSaid, readSaid, saidFaults, saidKeys } from "./said.ts";
import { defineSubject } from "./subject.ts";

/** The assistant's messages before and between its uses of tools, as opposed to its answer. */
export const commentary = defineSubject({
  name: "commentary",
  turn: Type.Object(
    { ...saidKeys, severity },
    {
      ...closed,
      description: "What the assistant must say before and between its uses of tools, not counting its answer.",
    },
  ),
  textKind: ([key]) => (key === "matches" ? "regex" : "template"),
  read: readSaid,
  faults: (expected) => [
    ...saidFaults(expected, "commentary"),
    ...(expectsNothing(expected)
      ? [neverFails([], "it checks nothing about the commentary", "To expect no commentary, write empty: true.")]
      : []),
  ],
  judge: (expected, { turns }) =>
    turns.flatMap((turn) => {
      const said = commentaryOf(turn);
      const inAll = judgeSaid(expected, replyOf(turn), "reply");
      return judgeSaid(expected, said, "commentary").map((finding, index) =>
        finding.pass ? finding : Object.assign(finding, whereElse(said, inAll[index]?.pass === true)),
      );
    }),
});

/** A hint at where to find what is missing in the commentary. */
function whereElse(said: string, isInAnswer: boolean): Partial<Finding> {
  if (isInAnswer) return { nearest: "It is in the answer, after the last use of a tool." };
  return said === "" ? { nearest: "Nothing was said before a tool was used.", shows: "nothing" } : {};
}
