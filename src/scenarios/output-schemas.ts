import type { TSchema } from "../schema/builder.ts";
import { CoverageOutput } from "./coverage/coverage-schema.ts";
import { MutationOutput } from "./mutation/mutation-schema.ts";
import { ResultLineFile, ResultsFile } from "./results/result-schema.ts";

/** What commands print for programs, by the name of the generated schema: `schemas/NAME.schema.json`. */
export const outputSchemas = {
  coverage: CoverageOutput,
  mutation: MutationOutput,
  results: ResultsFile,
  "results-line": ResultLineFile,
} satisfies Record<string, TSchema>;
