// The exports of "playbill/api": docs/api.md describes them and what is stable. Nothing in src/ imports this file.
export type { Notice } from "./context.ts";
export { judge } from "./judge.ts";
export { type LoadOptions, type LoadedProject, loadProject } from "./loaded-project.ts";
export {
  type ListOptions,
  type Run,
  type RunOptions,
  type RunSummary,
  type ScenarioInfo,
  listScenarios,
  run,
} from "./run.ts";
export { type Allowed, type ApplyOptions, type ApplyResult, type PlanOptions, apply, plan, refusals } from "./sync.ts";
export { type TextOptions, failureText, problemsText } from "./texts.ts";
export { type Place, type Problem, ProblemError } from "../problem.ts";
export type { Progress } from "../sync/apply/apply.ts";
export type { Plan } from "../sync/plan/plan-format.ts";
export type { RunRecord, TurnRecord } from "../scenarios/record/record.ts";
export type { AttemptResult, PlacedVerdict, ScenarioResult, ScenarioStatus } from "../scenarios/results/result.ts";
