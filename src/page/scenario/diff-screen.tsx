import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { dollarsText } from "../../kit/dollars.ts";
import { durationText } from "../../kit/duration.ts";
import { formatLocation } from "../../page-data/location.ts";
import type { ScenarioPage } from "../../page-data/scenario-page.ts";
import { AnyStatus } from "./any-status.tsx";
import { changeLine } from "./change-line.tsx";
import type { ScreenProps } from "./detail.tsx";
import { ScreenContext, type ScreenShared } from "./screen-context.ts";
import { deltaOf, shownOf, type Delta } from "./side-by-side.ts";
import { TurnPairs } from "./turn-pairs.tsx";

/** A scenario compared with its earlier run: the verdict, time and cost, and the conversation turn by turn. */
export function ScenarioDiffScreen({ page, row, location, source, copy }: ScreenProps): JSX.Element {
  const before = useBefore(source, page);
  const shared = useMemo<ScreenShared>(
    () => ({ source, copy, unfolded: { generation: 0, what: "none" }, isMarked: false }),
    [source, copy],
  );
  const { id, name } = page;
  const [left, right] = [before === null || before === "asked" ? null : shownOf(before), shownOf(page)];
  return (
    <ScreenContext.Provider value={shared}>
      <article class="scene">
        <header class="scene-title">
          <h1 tabIndex={-1} data-focus>
            {name}: what changed
          </h1>
          <p>
            <a
              href={formatLocation({
                screen: "scenario",
                id,
                attempt: null,
                turn: null,
                check: null,
                list: location.list,
              })}
            >
              Conversation
            </a>
          </p>
        </header>
        {row !== null && row.change !== null && <p>{changeLine(row)}</p>}
        {before === "asked" && <p class="dim">Loading…</p>}
        {before === null && (
          <p class="dim">
            {source.earlier?.() == null
              ? "There is no earlier run to compare with."
              : "The previous run had the same messages, calls and outcome."}
          </p>
        )}
        {before !== null && before !== "asked" && <Deltas before={before} after={page} />}
        {left !== null && right !== null && <TurnPairs left={left} right={right} names={["before", "now"]} />}
      </article>
    </ScreenContext.Provider>
  );
}

/** The same scenario in an earlier run; `null` when there is none. */
function useBefore({ before }: ScreenProps["source"], page: ScenarioPage): ScenarioPage | null | "asked" {
  const [found, setFound] = useState<ScenarioPage | null | "asked">("asked");
  useEffect(() => {
    let isWanted = true;
    const set = (next: ScenarioPage | null) => {
      if (isWanted) setFound(next);
    };
    if (before === undefined) set(null);
    else before(page.id).then(set, () => set(null));
    return () => {
      isWanted = false;
    };
  }, [before, page]);
  return found;
}

function Deltas({ before, after }: { before: ScenarioPage; after: ScenarioPage }): JSX.Element {
  const delta: Delta = deltaOf(before, after);
  return (
    <ul class="deltas" aria-label="Differences">
      <li>
        {delta.status === null ? (
          <>
            <AnyStatus status={after.status} /> as before
          </>
        ) : (
          <>
            <AnyStatus status={before.status} /> → <AnyStatus status={after.status} />
          </>
        )}
      </li>
      <li>{delta.calls ? "different calls" : "the same calls"}</li>
      <li>{delta.reply ? "different replies" : "the same replies"}</li>
      <li>{signed(delta.time, durationText)}</li>
      {delta.tokens !== null && <li>{signed(delta.tokens, (count) => `${count.toLocaleString("en")} tokens`)}</li>}
      {delta.cost !== null && <li>{signed(delta.cost, dollarsText)}</li>}
    </ul>
  );
}

/** A difference with its sign. */
export function signed(value: number, show: (value: number) => string): string {
  return value === 0 ? `±${show(0)}` : `${value > 0 ? "+" : "−"}${show(Math.abs(value))}`;
}
