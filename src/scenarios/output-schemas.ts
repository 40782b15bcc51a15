import { Type, type TSchema } from "../schema/builder.ts";
import { CoverageOutput } from "./coverage/coverage-schema.ts";
import { MutationOutput } from "./mutation/mutation-schema.ts";
import { Problem, open } from "./results/record-schema.ts";
import { ResultLineFile, ResultsFile } from "./results/result-schema.ts";

const version = Type.Literal(1, { description: "The version of this format." });

/** What a command with `--json` prints when problems keep it from its work. */
const ProblemsOutput = open(
  { format_version: version, problems: Type.Array(Problem) },
  "Why a command did not do its work.",
);

/** What `playbill validate --json` prints. */
const ValidateOutput = open(
  {
    format_version: version,
    valid: Type.Boolean({ description: "No problem is an error." }),
    problems: Type.Array(Problem),
  },
  "Every problem of the files.",
);

/** What commands print for programs, by the name of the generated schema: `schemas/NAME.schema.json`. */
export const outputSchemas = {
  coverage: CoverageOutput,
  mutation: MutationOutput,
  problems: ProblemsOutput,
  results: ResultsFile,
  "results-line": ResultLineFile,
  validate: ValidateOutput,
} satisfies Record<string, TSchema>;
