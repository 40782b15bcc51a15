import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { ScenarioPage } from "../../page-data/scenario-page.ts";
import { formatLocation } from "../../page-data/location.ts";
import { linkOf } from "../state/location.ts";
import { useKeys, type Keys } from "../state/keys.ts";
import { asMarkdown } from "./as-markdown.ts";
import { AttemptLinks } from "./attempt-links.tsx";
import { Conversation } from "./conversation.tsx";
import type { ScreenProps } from "./detail.tsx";
import { ScenarioTitle } from "./scenario-title.tsx";
import { ScreenContext, type ScreenShared, type Unfolded } from "./screen-context.ts";
import { TurnLinks } from "./turn-links.tsx";
import { turnKey } from "./turn-view.tsx";

/** One attempt of a scenario: its conversation, with the expectations. */
export function ScenarioScreen({ page, row, location, go, source, copy }: ScreenProps): JSX.Element {
  const [unfolded, setUnfolded] = useState<Unfolded>({ generation: 0, what: "none" });
  const [isMarked, setMarked] = useState(false);
  const { list } = location;
  const at = location.screen === "scenario" ? location : { attempt: null, turn: null, check: null };
  const index = indexOf(page, at.attempt);
  const attempt = page.attempts[index] ?? null;
  const turns = attempt?.turns ?? [];
  const turn = at.turn === null ? null : (turns[at.turn - 1] ?? null);
  const to = useCallback(
    (next: { attempt?: number | null; turn?: number | null }) => {
      const here = { attempt: at.attempt, turn: null, check: null, ...next };
      go({ screen: "scenario", id: page.id, ...here, list }, "replace");
    },
    [go, list, page.id, at.attempt],
  );
  const unfold = useCallback(
    (what: Unfolded["what"]) =>
      setUnfolded((before) => ({ generation: before.generation + 1, what: before.what === what ? "none" : what })),
    [],
  );
  const addressOf = useCallback(
    (turn: number | null, check: number) =>
      formatLocation({ screen: "scenario", id: page.id, attempt: at.attempt, turn, check, list }),
    [page.id, at.attempt, list],
  );
  const shared = useMemo<ScreenShared>(
    () => ({ source, copy, unfolded, isMarked, addressOf }),
    [source, copy, unfolded, isMarked, addressOf],
  );
  const copyMarkdown = useCallback(
    () => void copy(asMarkdown(page, index), "the scenario as Markdown"),
    [copy, page, index],
  );
  const copyCommand = useCallback(() => void copy(page.command, "the command"), [copy, page]);
  const keys = useMemo<Keys>(() => {
    const step = (by: number) => {
      const next = at.turn === null ? (by > 0 ? 1 : turns.length) : at.turn + by;
      if (next >= 1 && next <= turns.length) to({ turn: next });
    };
    const current = turn ?? turns[0];
    return {
      "[": () => step(-1),
      "]": () => step(1),
      e: current === undefined ? undefined : () => unfold(turnKey(current)),
      E: () => unfold("all"),
      c: copyCommand,
      m: copyMarkdown,
      ...Object.fromEntries(
        page.attempts.slice(0, 9).map((_, nth) => [String(nth + 1), () => to({ attempt: nth + 1 })]),
      ),
    };
  }, [at.turn, turn, turns, to, unfold, copyCommand, copyMarkdown, page.attempts]);
  useKeys(keys);
  useEffect(() => {
    const element = turn === null ? null : document.getElementById(turnKey(turn));
    element?.scrollIntoView({ block: "start" });
    element?.classList.add("current-turn");
    return () => element?.classList.remove("current-turn");
  }, [turn]);
  const isDifferent = source.earlier?.()?.statuses.has(page.id) === true;
  return (
    <ScreenContext.Provider value={shared}>
      <article class="scene">
        <ScenarioTitle {...{ page, row, copyCommand }} attempt={attempt} />
        <p class="actions">
          <button type="button" title="m" onClick={copyMarkdown}>
            Copy Markdown
          </button>
          <button type="button" title="l" onClick={() => void copy(linkOf(location), "the link")}>
            Copy link
          </button>
          <button type="button" title="E" aria-pressed={unfolded.what === "all"} onClick={() => unfold("all")}>
            Unfold all
          </button>
          <button type="button" aria-pressed={isMarked} onClick={() => setMarked(!isMarked)}>
            Read as Markdown
          </button>
          {isDifferent && (
            <a title="d" href={formatLocation({ screen: "scenario-diff", id: page.id, list })}>
              What changed
            </a>
          )}
        </p>
        {page.attempts.length > 1 && <AttemptLinks {...{ page, index, list }} />}
        {attempt !== null && <TurnLinks {...{ attempt, turns: page.turns, current: at.turn, to }} />}
        {attempt !== null && <Conversation {...{ attempt, current: at.turn, check: at.check }} />}
      </article>
    </ScreenContext.Provider>
  );
}

/** The index of the attempt that a location names, or else of the one that shows the verdict. */
export function indexOf({ attempts, shown }: ScenarioPage, number: number | null): number {
  return number !== null && number <= attempts.length ? number - 1 : shown;
}
