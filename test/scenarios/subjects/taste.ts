import { closed } from "../../../src/project/schemas/common.ts";
import { Type } from "../../../src/schema/builder.ts";
import { askOf, type Opinions } from "../../../src/scenarios/asking/ask.ts";
import { replyOf } from "../../../src/scenarios/record/record.ts";
import { severity } from "../../../src/scenarios/subjects/fragments.ts";
import { defineSubject, type Evidence } from "../../../src/scenarios/subjects/subject.ts";

/** A pretend expectation that asks somebody: once, and a second time when the first answer is no. */
export const taste = defineSubject({
  name: "taste",
  turn: Type.Object({ of: Type.String(), severity }, { ...closed, description: "What it must taste of." }),
  judged: "last",
  read: ({ of }) => of,
  asks: (of, evidence) => {
    const [first, second] = [1, 2].map((time) => tasting(of, evidence, time));
    return first && second ? [first, ...(answerTo(first.key, evidence.opinions) === false ? [second] : [])] : [];
  },
  judge: (of, evidence) => {
    const answers = [1, 2].map((time) => answerTo(tasting(of, evidence, time).key, evidence.opinions));
    const isOpen = answers.every((answer) => answer === undefined);
    const pass = answers.includes(true);
    const about = { at: ["of"], expected: of, actual: answers, sentence: `tastes of ${of}: ${answers.join(", ")}` };
    return [{ ...about, pass, ...(isOpen && { undecided: true }) }];
  },
});

function tasting(of: string, { turns }: Evidence, time: number) {
  return askOf({ kind: "taste", of, text: turns.map(replyOf).join("\n"), time });
}

function answerTo(key: string, opinions: Opinions): unknown {
  const opinion = opinions[key];
  return opinion?.kind === "answer" ? opinion.value : undefined;
}
