import { Type, type Static } from "../../schema/builder.ts";
import { BaselineScenario } from "./baseline.ts";
import { closed } from "./common.ts";

const Hashes = (description: string) => Type.Record(Type.String(), Type.String(), { description });

const EvidenceScenario = Type.Object(
  {
    ...BaselineScenario.properties,
    // What was only observed, or left undecided, has none.
    counted: Type.Integer({ minimum: 0, description: "How many runs said something about the assistant." }),
    asked: Type.Integer({ minimum: 1, description: "How many runs it was to have." }),
    status: Type.Enum(["passed", "observed", "flaky", "failed", "inconclusive"], { description: "Its verdict." }),
    failures: Type.Optional(
      Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
        description: "What did not hold, by turn and key of `expect`, and in how many runs.",
      }),
    ),
    baseline: Type.Optional(
      Type.Object(
        {
          change: Type.Enum(["regression", "improved", "stable", "insufficient"], {
            description: "How it did against the baseline that the run was compared with.",
          }),
          passed: Type.Integer({ minimum: 0, description: "How many runs of the baseline passed." }),
          counted: Type.Integer({ minimum: 1, description: "Of so many." }),
        },
        closed,
      ),
    ),
    at: Type.String({ description: "When the run began: ISO 8601." }),
    run: Type.String({ description: "The run that showed it." }),
    playbill: Type.String({ description: "The version of Playbill that ran it." }),
  },
  closed,
);

const EvidenceTarget = Type.Object(
  {
    origin: Type.String({ description: "The API and the account behind the target." }),
    scenarios: Type.Record(Type.String(), EvidenceScenario, { description: "By the id of the scenario." }),
  },
  closed,
);

/** What `test` and `sync --gate` keep of an assistant that was tested as it is: what ran, how often, with which verdict. It holds no texts. */
export const EvidenceFile = Type.Object(
  {
    format_version: Type.Literal(1, { description: "The version of this format." }),
    fingerprint: Type.String({
      pattern: "^[0-9a-f]{16}$",
      description: "Of all that decides how the assistant behaves. The file's name.",
    }),
    project: Type.String({ description: "The project's name." }),
    model: Type.String({ description: "The model, as the targets call it." }),
    assistant: Hashes("The assistant as it was tested, a hash a part."),
    targets: Type.Record(Type.String(), EvidenceTarget, {
      description: "Where it was tested, by the name of the target.",
    }),
  },
  { ...closed, title: "Playbill evidence" },
);
export type WrittenEvidence = Static<typeof EvidenceFile>;
