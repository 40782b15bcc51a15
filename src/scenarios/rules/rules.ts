import { pathFrom } from "../../project/draft.ts";
import type { Declared } from "../../project/project.ts";
import type { ScenarioSide } from "../../project/scenario-side.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { readNames } from "../read/file.ts";
import type { Reference } from "../subjects/subject.ts";
import { endpointsHaveAddresses } from "./programs.ts";
import { costCanBeLimited } from "./prices.ts";
import { stageSavesCanBeRead } from "./stage.ts";
import { rowsCanBeRead } from "./rows.ts";
import { choicesDiffer } from "./choices.ts";
import {
  errorsAreOfFailures,
  expectationsFit,
  expectationsOf,
  somethingIsExpected,
  stubMatchersFit,
} from "./expectations.ts";
import {
  assistantExists,
  calledArgumentsFit,
  calledToolsExist,
  excludedAxesExist,
  idIsUnique,
  matrixIsBounded,
  skipEndsOnADay,
  stubsAnswerTools,
  turnIdsDiffer,
} from "./names.ts";
import { enoughRuns } from "./repeat.ts";
import { sameWords } from "./same-words.ts";
import { rulesAreReached, textsAreReadable } from "./texts.ts";
import { worldPathsExist } from "./world.ts";

/** What the loader needs to know of scenarios. */
export const scenarioSide: ScenarioSide = {
  filesOf,
  rules: [
    assistantExists,
    idIsUnique,
    turnIdsDiffer,
    enoughRuns,
    skipEndsOnADay,
    excludedAxesExist,
    matrixIsBounded,
    stubsAnswerTools,
    calledToolsExist,
    calledArgumentsFit,
    expectationsFit,
    errorsAreOfFailures,
    stubMatchersFit,
    textsAreReadable,
    rulesAreReached,
    worldPathsExist,
    choicesDiffer,
    rowsCanBeRead,
    stageSavesCanBeRead,
    endpointsHaveAddresses,
    costCanBeLimited,
  ],
  testRules: [somethingIsExpected],
  checkTogether: sameWords,
};

function filesOf(declared: Declared<WrittenScenario>): ReturnType<ScenarioSide["filesOf"]> {
  const body = readNames(declared);
  const modules = [...body.stubs.values()]
    .flat()
    .flatMap(({ path, answer }) =>
      answer.kind === "module"
        ? [{ at: [...path, "module"], path: pathFrom(declared, answer.module), need: "file" as const }]
        : [],
    );
  const read = expectationsOf(body).flatMap(({ path, references }) =>
    references.flatMap((reference) => {
      const named = fileNamedBy(reference);
      return named === null
        ? []
        : [{ at: [...path, ...reference.at], path: pathFrom(declared, named), need: "text" as const }];
    }),
  );
  const { matrix } = declared.value;
  const rows =
    matrix !== undefined && "rows" in matrix
      ? [{ at: ["matrix", "rows"], path: pathFrom(declared, matrix.rows), need: "text" as const }]
      : [];
  const staged = [...body.setup, ...body.teardown].flatMap(({ path, run }) =>
    run.kind === "module"
      ? [{ at: [...path, "module"], path: pathFrom(declared, run.module), need: "file" as const }]
      : [],
  );
  return [...modules, ...read, ...rows, ...staged];
}

/** The file that an expectation names; `null` when it names none. */
function fileNamedBy(reference: Reference): string | null {
  if (reference.kind === "module") return reference.module;
  return reference.kind === "schema" && typeof reference.schema === "string" ? reference.schema : null;
}
