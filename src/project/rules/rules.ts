import type { Draft } from "../draft.ts";
import { toProblem } from "../finding.ts";
import type { OwnedProblem } from "../folders.ts";
import type { Declared } from "../project.ts";
import type { WrittenAssistant } from "../schemas/assistant.ts";
import type { WrittenProject } from "../schemas/project.ts";
import type { WrittenScenario } from "../schemas/scenario/file.ts";
import type { WrittenTool } from "../schemas/tool.ts";
import type { WrittenVectorStore } from "../schemas/vector-store.ts";
import { assistantExpressionsFit, noExpressions } from "./expressions.ts";
import type { Rule } from "./rule.ts";
import { serveIsPossible } from "./serve.ts";
import {
  defaultTargetExists,
  defaultsFit,
  modelsAreReadable,
  modelsLeadSomewhere,
  movesLeadSomewhere,
  removedAreGone,
  sunsetDaysExist,
  targetsAreOneThing,
  targetsSpeakOneDialect,
  bundlesAreFiles,
  targetsAreReadable,
  targetsLeadSomewhere,
} from "./settings.ts";
import { targetHeadersFit } from "./target-headers.ts";
import { targetQueriesFit } from "./target-query.ts";
import { functionNameFits, parametersAreSchema, returnsIsSchema } from "./tool.ts";
import { toolIsUsed, vectorStoreIsUsed } from "./unused.ts";
import { filesDiffer, filesFit, ignoredStoreFieldsExist, overlapFits } from "./vector-store.ts";
import {
  sensitiveVarsFit,
  responseFormatHasSchema,
  ignoredFieldsExist,
  instructionsFit,
  noConflictMarkers,
  toolReferencesLeadSomewhere,
  toolsDiffer,
} from "./assistant.ts";

const settingsRules: Rule<WrittenProject>[] = [
  targetsLeadSomewhere,
  targetsAreOneThing,
  targetsSpeakOneDialect,
  bundlesAreFiles,
  targetHeadersFit,
  targetQueriesFit,
  targetsAreReadable,
  defaultTargetExists,
  modelsAreReadable,
  modelsLeadSomewhere,
  movesLeadSomewhere,
  removedAreGone,
  sunsetDaysExist,
  serveIsPossible,
  defaultsFit,
  sensitiveVarsFit,
];
const assistantRules: Rule<WrittenAssistant>[] = [
  toolReferencesLeadSomewhere,
  toolsDiffer,
  instructionsFit,
  noConflictMarkers,
  ignoredFieldsExist,
  responseFormatHasSchema,
  assistantExpressionsFit,
];
const toolRules: Rule<WrittenTool>[] = [
  functionNameFits,
  parametersAreSchema,
  returnsIsSchema,
  noExpressions,
  toolIsUsed,
];
const vectorStoreRules: Rule<WrittenVectorStore>[] = [
  overlapFits,
  filesFit,
  filesDiffer,
  ignoredStoreFieldsExist,
  noExpressions,
  vectorStoreIsUsed,
];

/** Checks every rule against every file of a draft. */
export function checkRules(draft: Draft, scenarioRules: readonly Rule<WrittenScenario>[]): OwnedProblem[] {
  const { settings, assistants, tools, vectorStores, scenarios, rests } = draft;
  const check = <T>(all: Iterable<Declared<T>>, rules: readonly Rule<T>[]): OwnedProblem[] =>
    [...all].flatMap((declared) =>
      rules
        .flatMap((rule) => rule(declared, draft))
        .map((finding) => ({ owner: declared.file, problem: toProblem(declared, finding) })),
    );
  return [
    ...check(settings ? [settings] : [], settingsRules),
    ...check([...assistants.values(), ...rests.assistants], assistantRules),
    ...check([...tools.values(), ...rests.tools], toolRules),
    ...check([...vectorStores.values(), ...rests.vectorStores], vectorStoreRules),
    ...check([...scenarios, ...rests.scenarios], scenarioRules),
  ];
}
