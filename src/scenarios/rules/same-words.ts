import { ProblemError, problem, type Problem } from "../../problem.ts";
import type { Draft } from "../../project/draft.ts";
import { varsOf } from "../../project/vars.ts";
import type { Declared } from "../../project/project.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import type { Scenario, Turn } from "../scenario.ts";
import { scriptOf } from "../scripts.ts";
import type { WrittenStep } from "../../project/schemas/script.ts";
import { expand } from "../read/expand.ts";

/** A turn that a client can reach by its messages, and the answer there. */
interface Answer {
  scenario: Scenario;
  turn: Turn;
  steps: string;
}

/**
 * Warnings for scenarios that send the same messages to one assistant but whose scripts answer differently. `test` runs each with its own
 * script; any other client can only get the answers of one of them.
 */
export function sameWords(draft: Draft): Problem[] {
  const answers = new Map<string, Answer>();
  const reported = new Set<string>();
  return draft.scenarios
    .flatMap((declared) => cellsOf(declared, draft))
    .flatMap((scenario) => {
      const clash = clashOf(scenario, answers);
      const pair = clash && `${clash.first.scenario.file} ${scenario.file}`;
      if (clash === null || pair === null || reported.has(pair)) return [];
      reported.add(pair);
      return [warningOf(scenario, clash)];
    });
}

/** The scenarios of a file, with the variables of the project; empty when variables are missing. */
function cellsOf(declared: Declared<WrittenScenario>, { settings, texts }: Draft): Scenario[] {
  try {
    return expand(declared, { projectVars: varsOf(settings?.value.vars), targetVars: {}, texts });
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
}

/** The first turn of a scenario that another one reaches by the same messages but answers differently. Adds the scenario's turns to `answers`. */
function clashOf(scenario: Scenario, answers: Map<string, Answer>): { first: Answer; turn: Turn } | null {
  const { opening, turns } = scriptFor(scenario);
  let clash: { first: Answer; turn: Turn } | null = null;
  let said = `${scenario.assistant}\n${JSON.stringify(opening)}`;
  for (const [index, turn] of scenario.turns.entries()) {
    if (turn.simulation !== null) break;
    said += `\n${JSON.stringify(turns[index]?.user)}`;
    // The next message depends on the answers.
    if (turn.when !== null || turn.choices.length > 1) break;
    const script = turn.choices[0]?.script ?? null;
    if (script === null) continue;
    const steps = answerText(script.steps, scenario);
    const first = answers.get(said);
    if (first === undefined) answers.set(said, { scenario, turn, steps });
    else if (first.steps !== steps) clash ??= { first, turn };
  }
  return clash;
}

function scriptFor(scenario: Scenario): ReturnType<typeof scriptOf> {
  try {
    return scriptOf(scenario, "");
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { id: scenario.id, assistantName: "", opening: [], turns: [], scope: {} };
  }
}

/** The steps of a turn, with the values that they read from the scenario. */
function answerText(steps: readonly WrittenStep[], { scope }: Scenario): string {
  const text = JSON.stringify(steps);
  return /\b(?:vars|matrix)\b/.test(text) ? `${text} ${JSON.stringify(scope)}` : text;
}

function warningOf(scenario: Scenario, { first, turn }: { first: Answer; turn: Turn }): Problem {
  const own = scenario.place(turn.path);
  if (first.scenario.file === scenario.file) {
    return problem("same_words", `two cells of the matrix say the same, and their scripts answer differently`, {
      place: scenario.place(["matrix"], "key"),
      hint: `${first.scenario.id} and ${scenario.id}, turn ${turn.number}. test tells them apart, but any other client gets the answers of the first. Mention the axis in user to tell them apart for every client.`,
    });
  }
  const other = first.scenario.place(first.turn.path);
  const where = `${other.file}:${other.line}`;
  return problem("same_words", `${where} says the same to ${scenario.assistant}, and its script answers differently`, {
    place: own,
    hint: `test runs each scenario with its own script, but any other client that says this gets the answers of ${first.scenario.id}, the first.`,
  });
}
