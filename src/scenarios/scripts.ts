import { referencedNames, type Scope } from "../project/expression.ts";
import type { Script, ScriptTurn, SpokenText } from "../project/script.ts";
import { parseTemplate } from "../project/expression.ts";
import { fillText } from "./fill.ts";
import type { PlacedText, Scenario, Turn } from "./scenario.ts";
import { turnScope } from "./record/scope.ts";

/** Names that have a value only once a turn is over. */
const laterNames = new Set(["saved", "tools", "calls", "reply", "world"]);

/** A scenario as the embedded model reads it. `assistantName` is the assistant's display name. Throws a ProblemError for a bad expression. */
export function scriptOf(scenario: Scenario, assistantName: string): Script {
  return {
    id: scenario.id,
    assistantName,
    opening: scenario.opening.flatMap((message) => (message.role === "user" ? [message.text] : [])),
    turns: scenario.turns.flatMap((turn) => scriptTurns(scenario, turn)),
    scope: scenario.scope,
  };
}

/** The turns of a script. Each message of a simulated user is a turn, of which it may use fewer. */
function scriptTurns(scenario: Scenario, turn: Turn): ScriptTurn[] {
  const { number, id, when, simulation } = turn;
  if (simulation === null) return [scriptTurn(scenario, turn)];
  return (simulation.script ?? []).map(({ say, steps }, index) => ({
    number,
    id: id ?? undefined,
    user: spoken(scenario, say, turnScope(number, id)),
    steps,
    isOptional: when !== null || index > 0,
  }));
}

function scriptTurn(scenario: Scenario, { number, id, when, choices }: Turn): ScriptTurn {
  const [first, ...others] = choices.map(({ say, script }) => ({
    user: spoken(scenario, say, turnScope(number, id)),
    steps: script?.steps ?? null,
  }));
  return {
    number,
    id: id ?? undefined,
    user: [],
    steps: null,
    ...first,
    ...(others.length > 0 && { others }),
    ...(when !== null && { isOptional: true }),
  };
}

/** A text in which everything that can be evaluated now is evaluated; the rest are holes. */
function spoken(scenario: Scenario, { text: written, path }: PlacedText, turn: Scope): SpokenText {
  const pieces = parseTemplate(written);
  if (!Array.isArray(pieces)) return [fillText(scenario, path, written, scenario.scope)];
  const parts: SpokenText = pieces.map((piece) => {
    if (piece.kind === "text") return piece.text;
    if (isLater(piece.source)) return { hole: piece.source };
    return fillText(scenario, path, `\${{ ${piece.source} }}`, { ...scenario.scope, turn });
  });
  return joinTexts(parts);
}

function joinTexts(parts: SpokenText): SpokenText {
  const joined: SpokenText = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === "string" && typeof last === "string") joined[joined.length - 1] = last + part;
    else joined.push(part);
  }
  return joined;
}

function isLater(source: string): boolean {
  return referencedNames(source).some((name) => laterNames.has(name));
}
