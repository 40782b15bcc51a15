import { Type, type TSchema } from "../schema/builder.ts";
import { CoverageOutput } from "./coverage/coverage-schema.ts";
import { MutationOutput } from "./mutation/mutation-schema.ts";
import { Problem, open } from "./results/record-schema.ts";
import { ResultLineFile, ResultsFile } from "./results/result-schema.ts";

const version = Type.Literal(1, { description: "The version of this format." });

/** The output of a command with `--json` that problems prevent from running. */
const ProblemsOutput = open(
  { format_version: version, problems: Type.Array(Problem) },
  "The problems that prevented a command from running.",
);

/** The output of `playbill validate --json`. */
const ValidateOutput = open(
  {
    format_version: version,
    valid: Type.Boolean({ description: "True when no problem is an error." }),
    problems: Type.Array(Problem),
  },
  "All problems of the files.",
);

/** The schemas of the JSON output of commands, by the name of the generated file: `schemas/NAME.schema.json`. */
export const outputSchemas = {
  coverage: CoverageOutput,
  mutation: MutationOutput,
  problems: ProblemsOutput,
  results: ResultsFile,
  "results-line": ResultLineFile,
  validate: ValidateOutput,
} satisfies Record<string, TSchema>;
