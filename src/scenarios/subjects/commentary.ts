import { closed } from "../../project/schemas/common.ts";
import { Type } from "../../schema/builder.ts";
import { commentaryOf, replyOf } from "../record/record.ts";
import type { Finding } from "../verdict.ts";
import { neverFails, severity } from "./fragments.ts";
import { expectsNothing, judgeSaid, readSaid, saidFaults, saidKeys } from "./said.ts";
import { defineSubject } from "./subject.ts";

/** What the assistant said before and between its uses of tools, as apart from its answer. */
export const commentary = defineSubject({
  name: "commentary",
  turn: Type.Object(
    { ...saidKeys, severity },
    { ...closed, description: "What it must say before and between its uses of tools, its answer left out." },
  ),
  textKind: ([key]) => (key === "matches" ? "regex" : "template"),
  read: readSaid,
  faults: (expected) => [
    ...saidFaults(expected, "commentary"),
    ...(expectsNothing(expected)
      ? [neverFails([], "it expects nothing of the commentary", "empty: true means that there is none.")]
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

/** What helps to find what is missing in the commentary. */
function whereElse(said: string, isInAnswer: boolean): Partial<Finding> {
  if (isInAnswer) return { nearest: "It is in the answer, which comes after the last use of a tool." };
  return said === "" ? { nearest: "Nothing was said before a tool was used.", shows: "nothing" } : {};
}
