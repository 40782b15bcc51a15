import { closed } from "../../../src/project/schemas/common.ts";
import { Type } from "../../../src/schema/builder.ts";
import { replyOf } from "../../../src/scenarios/record/record.ts";
import { severity } from "../../../src/scenarios/subjects/fragments.ts";
import { defineSubject } from "../../../src/scenarios/subjects/subject.ts";

/** A pretend expectation: how often the assistant says thanks. */
export const politeness = defineSubject({
  name: "politeness",
  turn: Type.Object({ thanks: Type.Integer(), severity }, { ...closed, description: "How polite it must be." }),
  read: ({ thanks }) => thanks,
  faults: (thanks) =>
    thanks > 0 ? [] : [{ at: ["thanks"], code: "bad_matcher", message: "thanks must be more than 0" }],
  judge: (thanks, { turns }) =>
    turns.map((turn) => {
      const actual = replyOf(turn).match(/thanks/gi)?.length ?? 0;
      const sentence = `said thanks ${actual === 1 ? "once" : `${actual} times`}, expected ${thanks} times`;
      return { at: ["thanks"], pass: actual === thanks, expected: thanks, actual, sentence };
    }),
});
