import type {
  AttemptPage,
  ScenarioPage,
  TurnItem,
  TurnPage,
  VerdictPage,
} from "../../../src/page-data/scenario-page.ts";

/** Something that the assistant said. */
export function message(text: string, from = 0, at = 100): TurnItem {
  return { kind: "message", from, at, text, isCut: false, citations: [], files: [] };
}

/** A call that was answered. */
export function called(
  name: string,
  args: unknown = {},
  fields: Partial<Extract<TurnItem, { kind: "call" }>> = {},
): TurnItem {
  return {
    kind: "call",
    at: 10,
    took: 20,
    round: 1,
    name,
    arguments: JSON.stringify(args),
    outcome: { kind: "result", value: { status: "late" } },
    rule: null,
    findings: [],
    changes: [],
    ...fields,
  };
}

/** A turn in which this happened. */
export function turnPage(number: number, items: readonly TurnItem[], fields: Partial<TurnPage> = {}): TurnPage {
  return {
    number,
    part: null,
    id: null,
    user: "Where is it?",
    attachments: [],
    items,
    status: "completed",
    why: null,
    model: "gpt-4o-mini",
    tokens: 120,
    cost: 0.001,
    time: { total: 100, firstToken: 50, waited: 0, delayed: 0 },
    saved: {},
    ...fields,
  };
}

/** An expectation of a turn, and what became of it. */
export function verdictPage(
  turn: number | null,
  outcome: VerdictPage["outcome"],
  fields: Partial<VerdictPage> = {},
): VerdictPage {
  return {
    turn,
    subject: "reply",
    path: `turns[${(turn ?? 1) - 1}].expect.reply.contains`,
    severity: "gate",
    outcome,
    sentence: outcome === "held" ? 'the reply contains "22.80"' : 'the reply does not contain "22.80"',
    nearest: null,
    comparison: null,
    place: null,
    ...fields,
  };
}

/** An attempt of these turns. */
export function attemptPage(
  turns: readonly TurnPage[],
  verdicts: readonly VerdictPage[] = [],
  fields: Partial<AttemptPage> = {},
): AttemptPage {
  const failed = verdicts.some(({ outcome }) => outcome === "failed");
  return {
    name: "run 1",
    status: failed ? "failed" : "passed",
    time: 1_200,
    cost: 0.001,
    tokens: 120,
    opening: [],
    turns,
    verdicts,
    problems: [],
    notes: [],
    stages: [],
    ...fields,
  };
}

/** A scenario of these attempts, of which the first is shown. */
export function scenarioPage(attempts: readonly AttemptPage[], fields: Partial<ScenarioPage> = {}): ScenarioPage {
  return {
    id: "late-order[locale=en]",
    name: "A late order",
    file: "scenarios/late.yaml",
    assistant: "support",
    tags: ["smoke"],
    owner: "support-team",
    status: attempts[0]?.status ?? "not_run",
    reason: null,
    turns: 2,
    time: 1_200,
    runs: null,
    command: "npx playbill test --id 'late-order[locale=en]'",
    attempts,
    shown: 0,
    ...fields,
  };
}
