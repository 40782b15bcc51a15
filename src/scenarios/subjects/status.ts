import { keyDefaults } from "../../project/schemas/defaults.ts";
import { closed } from "../../project/schemas/common.ts";
import { Type } from "../../schema/builder.ts";
import { severity } from "./fragments.ts";
import { defineSubject } from "./subject.ts";

const Status = Type.Union(
  [
    Type.Literal("completed"),
    Type.Literal("requires_action"),
    Type.Literal("failed"),
    Type.Literal("incomplete"),
    Type.Literal("expired"),
    Type.Literal("cancelled"),
  ],
  { description: "The status." },
);

/** The status in which a turn ends: `completed` unless another one is written. */
export const status = defineSubject({
  name: "status",
  turn: Type.Union([Status, Type.Object({ is: Status, severity }, closed)], {
    default: keyDefaults.expect.status,
    description: "The status in which the turn must end. Default: completed.",
  }),
  implied: keyDefaults.expect.status,
  judged: "first",
  read: (written) => (typeof written === "string" ? written : written.is),
  demands: (expected) => ({ status: expected }),
  judge(expected, { turns }) {
    return turns.map((turn) => {
      const pass = turn.status === expected;
      const why = turn.error === null ? turn.reason : `${turn.error.code}: ${turn.error.message}`;
      const ended = `the turn ended with status ${turn.status}${why === null ? "" : ` (${why})`}`;
      const sentence = pass ? ended : `${ended}; expected ${expected}`;
      return { at: [], pass, expected, actual: turn.status, sentence };
    });
  },
});
