import { Type, type Static } from "../../schema/builder.ts";
import { BaselineScenario } from "./baseline.ts";
import { closed } from "./common.ts";

const Hashes = (description: string) => Type.Record(Type.String(), Type.String(), { description });

const EvidenceScenario = Type.Object(
  {
    ...BaselineScenario.properties,
    // A scenario that was only observed, or left undecided, has no counted runs.
    counted: Type.Integer({ minimum: 0, description: "The number of runs whose outcome counts." }),
    asked: Type.Integer({ minimum: 1, description: "The number of runs that were requested." }),
    status: Type.Enum(["passed", "observed", "flaky", "failed", "inconclusive"], { description: "Its verdict." }),
    failures: Type.Optional(
      Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
        description: "The expectations that did not hold, by turn and key of `expect`, with the number of runs.",
      }),
    ),
    baseline: Type.Optional(
      Type.Object(
        {
          change: Type.Enum(["regression", "improved", "stable", "insufficient"], {
            description: "The comparison with the baseline of the run.",
          }),
          passed: Type.Integer({ minimum: 0, description: "The number of runs of the baseline that passed." }),
          counted: Type.Integer({ minimum: 1, description: "The number of runs of the baseline that count." }),
        },
        closed,
      ),
    ),
    at: Type.String({ description: "When the run began, in ISO 8601." }),
    run: Type.String({ description: "The id of the run." }),
    playbill: Type.String({ description: "The version of Playbill that ran it." }),
  },
  closed,
);

const EvidenceTarget = Type.Object(
  {
    origin: Type.String({ description: "The API and the account behind the target." }),
    scenarios: Type.Record(Type.String(), EvidenceScenario, { description: "The scenarios, by id." }),
  },
  closed,
);

/** The evidence that `test` and `sync --gate` store about an assistant that was tested in its current form: what ran, how often, and with which verdict. It contains no texts. */
export const EvidenceFile = Type.Object(
  {
    format_version: Type.Literal(1, { description: "The version of this file format." }),
    fingerprint: Type.String({
      pattern: "^[0-9a-f]{16}$",
      description: "The hash of everything that decides how the assistant behaves; also the file's name.",
    }),
    project: Type.String({ description: "The project's name." }),
    model: Type.String({ description: "The model, by the targets' name for it." }),
    assistant: Hashes("The assistant as it was tested, as a hash of each part."),
    targets: Type.Record(Type.String(), EvidenceTarget, {
      description: "Where it was tested, by target name.",
    }),
  },
  { ...closed, title: "Playbill evidence" },
);
export type WrittenEvidence = Static<typeof EvidenceFile>;
