import type { ScenarioSide } from "../../project/scenario-side.ts";
import { filesOf } from "./files-of.ts";
import { endpointsHaveAddresses } from "./programs.ts";
import { costCanBeLimited } from "./prices.ts";
import { stageSavesCanBeRead } from "./stage.ts";
import { rowsCanBeRead } from "./rows.ts";
import { attachmentsFit, filesAreAttached } from "./attach.ts";
import { choicesDiffer } from "./choices.ts";
import { errorsAreOfFailures, expectationsFit, somethingIsExpected, stubMatchersFit } from "./expectations.ts";
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
import { foundByAllWhoShare } from "./shared-stubs.ts";
import { rulesAreReached, textsAreReadable } from "./texts.ts";
import { worldPathsExist } from "./world.ts";

/** The parts of scenarios that the loader needs: schemas, rules and files. */
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
    foundByAllWhoShare(textsAreReadable),
    rulesAreReached,
    foundByAllWhoShare(worldPathsExist),
    choicesDiffer,
    attachmentsFit,
    filesAreAttached,
    rowsCanBeRead,
    stageSavesCanBeRead,
    endpointsHaveAddresses,
    costCanBeLimited,
  ],
  testRules: [somethingIsExpected],
  checkTogether: sameWords,
};
