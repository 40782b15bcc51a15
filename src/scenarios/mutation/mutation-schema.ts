import { closed } from "../../project/schemas/common.ts";
import { Type } from "../../schema/builder.ts";
import { mutationKinds } from "./mutation-kinds.ts";

const orNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

const Mutant = Type.Object(
  {
    kind: Type.Enum([...mutationKinds], { description: "What kind of change it is." }),
    assistants: Type.Array(Type.String(), { description: "The assistants that it changes." }),
    file: Type.String({ description: "The file that says what is changed, from the project's root." }),
    line: Type.Integer({ minimum: 1, description: "The line in it, from 1." }),
    what: Type.String({ description: "The change in words." }),
    before: Type.String({ description: "The changed part as it is." }),
    after: Type.String({ description: "The changed part in the mutant; empty when it is left out." }),
    status: Type.Enum(["killed", "survived", "uncovered", "not_judged"], {
      description: "Whether a scenario noticed; uncovered: none reaches it; not_judged: nobody can tell.",
    }),
    reason: orNull("Why it is not covered or not judged, or how it was noticed."),
    scenarios: Type.Array(Type.String(), { description: "The ids of the scenarios that were run, in order." }),
    killed_by: orNull("The scenario that noticed."),
    hint: orNull("What would have noticed."),
    paragraph: orNull("Of a paragraph: the hash of its words."),
  },
  closed,
);

const number = Type.Integer({ minimum: 0 });

/** What `playbill mutate --json` prints, and what is kept in `.playbill/mutations/`. */
export const MutationOutput = Type.Object(
  {
    format_version: Type.Literal(1, { description: "The version of this format." }),
    id: Type.String({ description: "The name of its file in .playbill/mutations, which sorts by time." }),
    playbill: Type.String({ description: "The version of Playbill." }),
    target: Type.String({ description: "Where the scenarios were run." }),
    began: Type.String({ description: "ISO 8601." }),
    seed: Type.Integer({ minimum: 0, description: "What mutants were chosen with." }),
    baseline: Type.Object(
      {
        scenarios: number,
        left_out: Type.Array(Type.Object({ id: Type.String(), status: Type.String() }, closed)),
      },
      { ...closed, description: "What was run without a change first, and what did not pass then." },
    ),
    counts: Type.Object(
      { killed: number, survived: number, uncovered: number, not_judged: number },
      { ...closed, description: "How many mutants came to what." },
    ),
    score: Type.Union([Type.Number({ minimum: 0, maximum: 100 }), Type.Null()], {
      description: "The percentage that was noticed of those that count, rounded down to a tenth; null when none does.",
    }),
    cost: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], { description: "US dollars; null is unknown." }),
    conversations: Type.Integer({ minimum: 0, description: "How many there were." }),
    mutants: Type.Array(Mutant, { description: "Those that nobody noticed come first." }),
  },
  { ...closed, title: "Playbill mutations" },
);
