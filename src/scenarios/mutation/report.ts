import type { ScenarioResult } from "../results/result.ts";
import { goodStatuses } from "../results/result.ts";
import type { Cover, Mutant } from "./mutant.ts";
import type { MutationKind } from "./mutation-kinds.ts";

/** The version of stored reports and of the output of `--json`; a breaking change increments it. */
export const mutationVersion = 1;

/**
 * `killed`: a scenario noticed it. `survived`: every scenario that reaches it passed. `uncovered`: no scenario reaches it. `not_judged`: it
 * could not be decided, and does not count.
 */
export type MutantStatus = "killed" | "survived" | "uncovered" | "not_judged";

/** The result of a mutant: plain JSON, as stored on disk. */
export interface JudgedMutant {
  kind: MutationKind;
  assistants: readonly string[];
  file: string;
  /** From 1. */
  line: number;
  what: string;
  before: string;
  after: string;
  status: MutantStatus;
  /** Why it is uncovered or not judged, or the outcome of the scenario that noticed it. */
  reason: string | null;
  /** The ids of the scenarios that ran, in order. */
  scenarios: readonly string[];
  /** The scenario that noticed it. */
  killed_by: string | null;
  /** A hint at what would have noticed it; `null` if it was noticed. */
  hint: string | null;
  /** For a paragraph, the hash of its words. */
  paragraph: string | null;
}

/** A complete run of mutations, as stored on disk and printed by `--json`. */
export interface MutationReport {
  format_version: typeof mutationVersion;
  /** The name of its file; names sort by time. */
  id: string;
  playbill: string;
  target: string;
  /** ISO 8601. */
  began: string;
  seed: number;
  /** The number of scenarios that ran without a mutation, and those that did not pass. */
  baseline: { scenarios: number; left_out: { id: string; status: string }[] };
  counts: Record<MutantStatus, number>;
  /** The percentage of counted mutants that were noticed; `null` when none counts. */
  score: number | null;
  /** US dollars of all conversations; `null` when unknown. */
  cost: number | null;
  conversations: number;
  /** The mutants that were not noticed come first. */
  mutants: readonly JudgedMutant[];
}

/** The verdict of one scenario on a mutant. */
export type Opinion =
  | { kind: "noticed"; how: string }
  | { kind: "unnoticed" }
  /** It could not be carried out, which tells nothing about the mutant. */
  | { kind: "unknown"; why: string };

/** The verdict from the result of a mutated scenario: everything that makes a suite fail counts as noticed, except errors of the target. */
export function opinionOf({ status, reason, problems, verdicts }: ScenarioResult): Opinion {
  if (goodStatuses.has(status)) return { kind: "unnoticed" };
  if (status === "failed") {
    const failed = verdicts.find(({ pass, severity, undecided }) => !pass && severity === "gate" && undecided !== true);
    return { kind: "noticed", how: failed?.sentence ?? "failed" };
  }
  const errors = problems.filter(({ severity }) => severity === "error");
  if (status === "errored" && errors.length > 0 && errors.every(({ kind }) => kind !== "remote"))
    return { kind: "noticed", how: errors[0]?.message ?? status };
  return { kind: "unknown", why: errors[0]?.message ?? reason ?? status.replace("_", " ") };
}

/** The verdict on a mutant, before a hint is added. */
export type MutantVerdict = Pick<JudgedMutant, "status" | "reason" | "scenarios" | "killed_by">;

/** A mutant with its verdict. */
export function judgedMutant(mutant: Mutant, verdict: MutantVerdict): JudgedMutant {
  const { kind, assistants, place, what, before, after, paragraph } = mutant;
  const hint = hintOf(mutant, verdict.status);
  const { file, line } = place;
  return { kind, assistants, file, line, what, before, after, ...verdict, hint, paragraph };
}

/** A hint at what would have noticed a mutant; `null` for one that was noticed or could not be judged. */
function hintOf(mutant: Mutant, status: MutantStatus): string | null {
  if (status === "survived") return expectationFor(mutant);
  return status === "uncovered" ? scenarioFor(mutant.covered) : null;
}

function scenarioFor(cover: Cover): string {
  switch (cover.kind) {
    case "assistant":
      return "a scenario of the assistant";
    case "tool":
      return `a scenario that calls ${cover.name} and expects the call`;
    case "stub":
      return "a scenario with a call that the rule answers, and with an expectation about the outcome";
  }
}

function expectationFor({ kind, covered, before }: Mutant): string {
  const tool = covered.kind === "tool" ? covered.name : "the tool";
  switch (kind) {
    case "paragraph":
      return "a scenario in which an assistant without the paragraph goes wrong, with an expectation of what the paragraph requires";
    case "rule":
      return "a scenario that tempts the assistant to break the rule and expects that it does not";
    case "argument":
      return `expect the argument: tools: [{ ${tool}: { ${before}: ... } }]`;
    case "tool":
      return `expect the call: tools: [${tool}]`;
    case "file":
      return covered.kind === "tool" && covered.name === "file_search"
        ? `ask for something that only this file says, and expect citations: { file: ${before.split("/").at(-1)} }`
        : "ask for something that only this file says, and expect the number or the words in the reply";
    case "model":
      return "scenarios that the smaller model fails; or use the smaller model, since nothing here needs the larger one";
    case "stub":
      return "expect the value in the reply, in a later call, in the world, or as the result of the call";
  }
}

const order: readonly MutantStatus[] = ["survived", "uncovered", "not_judged", "killed"];

/** The counts, the score and the order of mutants. */
export function summaryOf(mutants: readonly JudgedMutant[]): Pick<MutationReport, "counts" | "score" | "mutants"> {
  const count = (status: MutantStatus) => mutants.filter((each) => each.status === status).length;
  const counts = {
    killed: count("killed"),
    survived: count("survived"),
    uncovered: count("uncovered"),
    not_judged: count("not_judged"),
  };
  const counted = counts.killed + counts.survived + counts.uncovered;
  const score = counted === 0 ? null : Math.floor((counts.killed / counted) * 1_000) / 10;
  const sorted = mutants.toSorted((one, other) => order.indexOf(one.status) - order.indexOf(other.status));
  return { counts, score, mutants: sorted };
}
