import { closed } from "../../project/schemas/common.ts";
import { Type } from "../../schema/builder.ts";
import { mutationKinds } from "./mutation-kinds.ts";

const orNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

const Mutant = Type.Object(
  {
    kind: Type.Enum([...mutationKinds], { description: "The kind of change." }),
    assistants: Type.Array(Type.String(), { description: "The assistants that it changes." }),
    file: Type.String({ description: "The file that contains the changed part, relative to the project's root." }),
    line: Type.Integer({ minimum: 1, description: "The line in the file, from 1." }),
    what: Type.String({ description: "The change in words." }),
    before: Type.String({ description: "The changed part before the change." }),
    after: Type.String({ description: "The changed part in the mutant; empty when the part is removed." }),
    status: Type.Enum(["killed", "survived", "uncovered", "not_judged"], {
      description:
        "Whether a scenario noticed the mutant. uncovered: no scenario reaches it; not_judged: it could not be decided.",
    }),
    reason: orNull("Why the mutant is not covered or not judged, or how it was noticed."),
    scenarios: Type.Array(Type.String(), { description: "The ids of the scenarios that ran, in order." }),
    killed_by: orNull("The scenario that noticed the mutant."),
    hint: orNull("What would have noticed the mutant."),
    paragraph: orNull("For a paragraph, the hash of its words."),
  },
  closed,
);

const number = Type.Integer({ minimum: 0 });

/** The output of `playbill mutate --json`, also stored in `.playbill/mutations/`. */
export const MutationOutput = Type.Object(
  {
    format_version: Type.Literal(1, { description: "The version of this format." }),
    id: Type.String({ description: "The name of its file in .playbill/mutations; names sort by time." }),
    playbill: Type.String({ description: "The version of Playbill." }),
    target: Type.String({ description: "The target at which the scenarios ran." }),
    began: Type.String({ description: "ISO 8601." }),
    seed: Type.Integer({ minimum: 0, description: "The seed for the choice of mutants." }),
    baseline: Type.Object(
      {
        scenarios: number,
        left_out: Type.Array(Type.Object({ id: Type.String(), status: Type.String() }, closed)),
      },
      { ...closed, description: "The scenarios that ran without a change first, and those that did not pass." },
    ),
    counts: Type.Object(
      { killed: number, survived: number, uncovered: number, not_judged: number },
      { ...closed, description: "The number of mutants by status." },
    ),
    score: Type.Union([Type.Number({ minimum: 0, maximum: 100 }), Type.Null()], {
      description:
        "The percentage of counted mutants that were noticed, rounded down to a tenth; null when no mutant counts.",
    }),
    cost: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], { description: "US dollars; null when unknown." }),
    conversations: Type.Integer({ minimum: 0, description: "The number of conversations." }),
    mutants: Type.Array(Mutant, { description: "The mutants; those that were not noticed come first." }),
  },
  { ...closed, title: "Playbill mutations" },
);
