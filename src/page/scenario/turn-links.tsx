import type { JSX } from "preact";
import type { AttemptPage } from "../../page-data/scenario-page.ts";
import { turnKey, turnName } from "./turn-view.tsx";

/** Links to every turn with its outcome, and the number of turns that were not run. In a long conversation, only the important turns. */
export function TurnLinks(props: {
  attempt: AttemptPage;
  /** The number of turns of the scenario. */
  turns: number;
  current: number | null;
  to: (next: { turn: number }) => void;
}): JSX.Element | null {
  const { attempt, turns, current, to } = props;
  const failed = new Set(
    attempt.verdicts.flatMap(({ turn, outcome, severity }) =>
      outcome === "failed" && severity === "gate" && turn !== null ? [turn] : [],
    ),
  );
  if (attempt.turns.length < 2 && turns < 2) return null;
  const missing = turns - new Set(attempt.turns.map(({ number }) => number)).size;
  const all = attempt.turns.map((turn, index) => ({ turn, index }));
  const shown =
    all.length <= most ? all : all.filter(({ turn, index }) => failed.has(turn.number) || index + 1 === current);
  return (
    <nav class="links" aria-label="Turns">
      <span class="links-name">Turns</span>
      {shown.slice(0, most).map(({ turn, index }) => (
        <button
          key={turnKey(turn)}
          type="button"
          class={failed.has(turn.number) ? "fail" : ""}
          aria-current={current === index + 1 ? "true" : undefined}
          aria-label={`${turnName(turn)}${failed.has(turn.number) ? ", failed" : ""}`}
          onClick={() => to({ turn: index + 1 })}
        >
          {turn.number}
          {turn.part === null ? "" : `.${turn.part}`}
          {failed.has(turn.number) ? " ✗" : ""}
        </button>
      ))}
      {all.length > most && <span class="dim">of {all.length}</span>}
      {missing > 0 && <span class="dim">{missing} not played</span>}
    </nav>
  );
}

/** The maximum number of turns listed. */
const most = 40;
