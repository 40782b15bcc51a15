import { referencedNames, type Scope } from "../project/expression.ts";
import type { Path } from "../project/project.ts";
import type { Script, SpokenText } from "../project/script.ts";
import { parseTemplate } from "../project/template.ts";
import type { ExpandedScenario } from "./expand.ts";
import { fillText } from "./fill.ts";
import { openingOf } from "./opening.ts";
import { turnScope } from "./scope.ts";

/** Names that mean something only once a turn has been played. */
const laterNames = new Set(["saved", "tools", "calls", "reply"]);

/** A scenario as the embedded model reads it. `assistantName` is the assistant's display name. Throws a ProblemError for a bad expression. */
export function scriptOf(scenario: ExpandedScenario, assistantName: string): Script {
  const { declared, scope } = scenario;
  return {
    id: scenario.id,
    assistantName,
    opening: openingOf(scenario).flatMap(({ role, text }) => (role === "user" ? [text] : [])),
    turns: declared.value.turns.map(({ user, id, script }, index) => ({
      id,
      user: spoken(scenario, ["turns", index, "user"], user, turnScope(index + 1, id ?? null)),
      steps: script ?? null,
    })),
    scope,
  };
}

/** A text with everything evaluated that can be now; what cannot is a hole. */
function spoken({ declared, scope }: ExpandedScenario, path: Path, written: string, turn: Scope): SpokenText {
  const pieces = parseTemplate(written);
  if (!Array.isArray(pieces)) return [fillText(declared, path, written, scope)];
  const parts: SpokenText = pieces.map((piece) => {
    if (piece.kind === "text") return piece.text;
    if (isLater(piece.source)) return { hole: piece.source };
    return fillText(declared, path, `\${{ ${piece.source} }}`, { ...scope, turn });
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
