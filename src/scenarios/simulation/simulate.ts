import { ExpressionError, interpolate, type Scope } from "../../project/expression.ts";
import { toProblem } from "../../project/finding.ts";
import { ProblemError, problem } from "../../problem.ts";
import { holds } from "../execution/choose.ts";
import type { Answerer, Opinion, RedactJson } from "../asking/ask.ts";
import type { ConversationTurn } from "../execution/conversation.ts";
import { fillText } from "../fill.ts";
import type { BrokenUser, SimulatedEnd, TurnRecord } from "../record/record.ts";
import type { Scenario, Simulation, Turn } from "../scenario.ts";
import { scopeAfter, turnScope } from "../record/scope.ts";
import { messageOf, readMove, type UserMove } from "./message.ts";
import { askUser, sayingsOf, type UserQuestion } from "./question.ts";

/** Everything that simulating a user depends on. */
export interface SimulationWorld {
  answer: Answerer;
  signal: AbortSignal;
  /** Hides secrets in questions. */
  redactJson: RedactJson;
  /** Sends a message to the assistant; `soFar` has the earlier messages. */
  say(this: void, text: string, part: number): Promise<ConversationTurn>;
}

/**
 * The messages of a simulated user and their answers, part by part, until the user finishes, is stopped or reaches its maximum. `soFar` grows with
 * each part. A user that breaks its instructions ends the exchange: the run then tells nothing about the assistant.
 */
export async function* simulate(
  scenario: Scenario,
  turn: Turn,
  simulation: Simulation,
  soFar: readonly TurnRecord[],
  { answer, signal, redactJson, say }: SimulationWorld,
): AsyncGenerator<ConversationTurn> {
  const ended = (how: SimulatedEnd["how"]): ConversationTurn => ({
    record: null,
    simulated: { turn: turn.number, how },
    problems: [],
    interrupted: false,
  });
  const filled = fillInstructions(scenario, turn, simulation, soFar);
  for (let part = 1; part <= simulation.maxTurns; part += 1) {
    const question = redactJson<UserQuestion>({ ...filled.question, said: sayingsOf(scenario.opening, soFar), part });
    const ask = askUser(question, filled.script);
    const opinion = await answer(ask, signal);
    if (signal.aborted) return yield { record: null, problems: [], interrupted: true };
    const opinions = { [ask.key]: opinion };
    const move = moveOf(opinion, question, redactJson);
    if (move.kind === "broken") return yield { ...brokenTurn(scenario, turn, simulation, part, move.why), opinions };
    if (move.kind === "ends") return yield { ...ended(move.how), opinions };
    const said = await say(move.text, part);
    yield { ...said, opinions };
    if (said.record === null || said.problems.length > 0 || said.interrupted) return;
    if (isStopped(scenario, turn, simulation, soFar, redactJson)) return yield ended("stopped");
  }
  yield ended("max_turns");
}

/** The user's move. It is decided from redacted texts, so that a record gives the same decision; the message itself is sent without redaction. */
function moveOf(opinion: Opinion, question: UserQuestion, redactJson: RedactJson): UserMove {
  if (opinion.kind !== "answer") return { kind: "broken", why: `there was no answer: ${opinion.why}` };
  const given = String(opinion.value);
  const move = readMove(redactJson(given), question);
  return move.kind === "says" ? { kind: "says", text: messageOf(given) } : move;
}

/** The user's instructions at the beginning of its turn, with every expression evaluated. Throws a ProblemError. */
function fillInstructions(scenario: Scenario, turn: Turn, simulation: Simulation, soFar: readonly TurnRecord[]) {
  const scope: Scope = { ...scopeAfter(scenario, soFar), turn: turnScope(turn.number, turn.id) };
  const fill = ({ text, path }: Simulation["goal"]) => fillText(scenario, path, text, scope);
  const { persona, goal, knows, model, maxTurns: most, script, path } = simulation;
  try {
    const question = {
      kind: "user" as const,
      model,
      persona: persona === null ? null : fill(persona),
      goal: fill(goal),
      knows: interpolate(knows, scope) as UserQuestion["knows"],
      most,
    };
    return { question, script: script?.map(({ say }) => fill(say)) ?? null };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const finding = { path: [...path, "knows"], code: "failed_expression" as const, message: error.message };
    throw new ProblemError([toProblem(scenario, finding)], { cause: error });
  }
}

/** True when the last reply stops the user. Throws a ProblemError for a condition that cannot be evaluated. */
function isStopped(
  scenario: Scenario,
  turn: Turn,
  { stop }: Simulation,
  soFar: readonly TurnRecord[],
  redactJson: RedactJson,
): boolean {
  const scope: Scope = { ...scopeAfter(scenario, soFar), turn: turnScope(turn.number, turn.id) };
  const about = { worldBefore: scenario.world, opening: scenario.opening, opinions: {}, redactJson };
  const evidence = { turns: soFar.slice(-1), soFar, scope, ...about };
  if (stop.reply?.every(({ judge }) => judge(evidence).every(({ pass }) => pass)) === true) return true;
  return stop.when !== null && holds(scenario, stop.when, scope);
}

function brokenTurn(
  { place }: Scenario,
  { number }: Turn,
  { path }: Simulation,
  part: number,
  why: string,
): ConversationTurn {
  const broken: BrokenUser = { turn: number, part, why };
  const found = problem("user_broke_instructions", `the simulated user broke its instructions: ${why}`, {
    hint: "The run does not count. Make persona, goal and knows clearer, or simulate the user with another model.",
    place: place(path, "key"),
  });
  return { record: null, broken, problems: [found], interrupted: false };
}
