import type { Problem } from "../../problem.ts";
import type { Draft } from "../draft.ts";
import { toProblem } from "../finding.ts";
import type { Declared } from "../project.ts";
import type { Rule } from "./rule.ts";
import type { WrittenAssistant } from "../schemas/assistant.ts";
import type { WrittenProject } from "../schemas/project.ts";
import type { WrittenScenario } from "../schemas/scenario.ts";
import type { WrittenTool } from "../schemas/tool.ts";
import type { WrittenVectorStore } from "../schemas/vector-store.ts";

const settingsRules: Rule<WrittenProject>[] = [];
const assistantRules: Rule<WrittenAssistant>[] = [];
const toolRules: Rule<WrittenTool>[] = [];
const vectorStoreRules: Rule<WrittenVectorStore>[] = [];
const scenarioRules: Rule<WrittenScenario>[] = [];

/** Holds every rule against every file of a draft. */
export function checkRules(draft: Draft): Problem[] {
  const check = <T>(declared: Declared<T>, rules: Rule<T>[]): Problem[] =>
    rules.flatMap((rule) => rule(declared, draft)).map((finding) => toProblem(declared, finding));
  return [
    ...(draft.settings ? check(draft.settings, settingsRules) : []),
    ...[...draft.assistants.values()].flatMap((each) => check(each, assistantRules)),
    ...[...draft.tools.values()].flatMap((each) => check(each, toolRules)),
    ...[...draft.vectorStores.values()].flatMap((each) => check(each, vectorStoreRules)),
    ...draft.scenarios.flatMap((each) => check(each, scenarioRules)),
  ];
}
