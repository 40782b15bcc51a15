import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { AttemptPage, ScenarioPage } from "../../page-data/scenario-page.ts";
import { linkOf } from "../state/location.ts";
import { useKeys, type Keys } from "../state/keys.ts";
import { asMarkdown, jsonOf } from "./as-markdown.ts";
import { AttemptLinks } from "./attempt-links.tsx";
import { Check, Checks, ProblemView } from "./checks.tsx";
import type { ScreenProps } from "./detail.tsx";
import { Fold } from "./fold.tsx";
import { Part } from "./items.tsx";
import { ScenarioTitle } from "./scenario-title.tsx";
import { ScreenContext, type ScreenShared, type Unfolded } from "./screen-context.ts";
import { TextView } from "./text-view.tsx";
import { TurnLinks } from "./turn-links.tsx";
import { turnKey, TurnView } from "./turn-view.tsx";

/** The conversation of a scenario, with what was expected of it: one attempt of it. */
export function ScenarioScreen({ page, row, location, go, source, copy }: ScreenProps): JSX.Element {
  const [unfolded, setUnfolded] = useState<Unfolded>({ generation: 0, what: "none" });
  const [isMarked, setMarked] = useState(false);
  const at = location.screen === "scenario" ? location : { attempt: null, turn: null, check: null };
  const index = indexOf(page, at.attempt);
  const attempt = page.attempts[index] ?? null;
  const turns = attempt?.turns ?? [];
  const turn = at.turn === null ? null : (turns[at.turn - 1] ?? null);
  const to = useCallback(
    (next: { attempt?: number | null; turn?: number | null }) => {
      const { list } = location;
      const here = { attempt: at.attempt, turn: null, check: null, ...next };
      go({ screen: "scenario", id: page.id, ...here, list }, "replace");
    },
    [go, location, page.id, at.attempt],
  );
  const unfold = useCallback(
    (what: Unfolded["what"]) =>
      setUnfolded((before) => ({ generation: before.generation + 1, what: before.what === what ? "none" : what })),
    [],
  );
  const shared = useMemo<ScreenShared>(
    () => ({ source, copy, unfolded, isMarked }),
    [source, copy, unfolded, isMarked],
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
    if (turn === null) return;
    document.getElementById(turnKey(turn))?.scrollIntoView({ block: "start" });
  }, [turn]);
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
        </p>
        {page.attempts.length > 1 && <AttemptLinks {...{ page, index, list: location.list }} />}
        {attempt !== null && <TurnLinks {...{ attempt, turns: page.turns, current: at.turn, to }} />}
        {attempt !== null && (
          <Conversation {...{ attempt, current: turn === null ? null : turnKey(turn), check: at.check }} />
        )}
      </article>
    </ScreenContext.Provider>
  );
}

/** The attempt that a location names, else the one that shows the verdict. */
export function indexOf({ attempts, shown }: ScenarioPage, number: number | null): number {
  return number !== null && number <= attempts.length ? number - 1 : shown;
}

/** Why it did not pass, what it began with, its turns, and what was expected of all of it. */
function Conversation({
  attempt,
  current,
  check,
}: {
  attempt: AttemptPage;
  current: string | null;
  check: number | null;
}): JSX.Element {
  const { opening, turns, verdicts, problems, notes, stages } = attempt;
  const misses = verdicts.filter(({ outcome }) => outcome !== "held");
  const named = check === null ? undefined : verdicts[check - 1];
  const shown = [...(named === undefined || misses.includes(named) ? [] : [named]), ...misses];
  const longest = Math.max(1, ...turns.map(({ time }) => time.total));
  const last = new Map(turns.map((turn, index) => [turn.number, index]));
  return (
    <>
      {shown.length + problems.length > 0 && (
        <section class="why" aria-labelledby="why">
          <h2 id="why">Why</h2>
          {problems.map((problem, index) => (
            <ProblemView key={index} problem={problem} />
          ))}
          {shown.map((verdict, index) => (
            <Check
              key={index}
              verdict={verdict}
              turn={verdict.turn === null ? "Whole conversation" : `Turn ${verdict.turn}`}
            />
          ))}
        </section>
      )}
      {stages.map(({ when, steps, saved }) => (
        <Fold
          key={when}
          class="stage"
          isOpenAtFirst={steps.some(({ error }) => error !== null)}
          title={
            <>
              {when === "setup" ? "Before the conversation" : "After the conversation"}{" "}
              <span class="preview">{steps.map(({ run }) => run).join(", ")}</span>
            </>
          }
        >
          {steps.map(({ run, error }, index) => (
            <p key={index} class={error === null ? "" : "fail"}>
              <code>{run}</code> {error}
            </p>
          ))}
          <div class="mono">
            <TextView text={jsonOf(saved)} name="saved values" />
          </div>
        </Fold>
      ))}
      {opening.length > 0 && (
        <Fold
          class="stage"
          title={`${opening.length} ${opening.length === 1 ? "message" : "messages"} before the first turn`}
        >
          {opening.map((message, index) => (
            <Part key={index} who={message.role === "call" ? "Tool" : message.role === "user" ? "User" : "Assistant"}>
              <TextView
                text={
                  message.role === "call" ? `${message.name} ${message.arguments}\n${message.result}` : message.text
                }
                name="message"
              />
            </Part>
          ))}
        </Fold>
      )}
      {turns.map((turn, index) => (
        <TurnView
          key={turnKey(turn)}
          turn={turn}
          verdicts={last.get(turn.number) === index ? verdicts.filter((each) => each.turn === turn.number) : []}
          longest={longest}
          isCurrent={current === turnKey(turn)}
        />
      ))}
      {notes.length > 0 && (
        <ul class="notes dim">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {verdicts.some(({ turn }) => turn === null) && (
        <section class="turn" aria-label="The whole conversation">
          <header class="turn-title">
            <h2>The whole conversation</h2>
          </header>
          <Checks verdicts={verdicts.filter(({ turn }) => turn === null)} />
        </section>
      )}
    </>
  );
}
