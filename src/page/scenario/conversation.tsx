import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { durationText } from "../../kit/duration.ts";
import type { AttemptPage, OpeningItem, StagePage, TurnPage } from "../../page-data/scenario-page.ts";
import { jsonOf } from "./as-markdown.ts";
import { Check, Checks, ProblemView } from "./checks.tsx";
import { Fold } from "./fold.tsx";
import { useGradually } from "./gradually.ts";
import { Part } from "./items.tsx";
import { useIsUnfolded, useScreen } from "./screen-context.ts";
import { TextView } from "./text-view.tsx";
import { turnKey, TurnView } from "./turn-view.tsx";

/** The maximum number of failures shown at the top; all are shown with their turns. */
const mostShown = 20;

/** Why it did not pass, its opening, its turns, and the expectations of the entire conversation. `current` and `check` count from 1. */
export function Conversation(props: {
  attempt: AttemptPage;
  current: number | null;
  check: number | null;
}): JSX.Element {
  const { attempt, current, check } = props;
  const { opening, notes, stages, verdicts } = attempt;
  return (
    <>
      <Why attempt={attempt} check={check} />
      {stages.map((stage) => (
        <Stage key={stage.when} stage={stage} />
      ))}
      {opening.length > 0 && <Opening opening={opening} />}
      <Turns attempt={attempt} current={current} />
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

/** The failures, and the expectation that a link names. */
function Why({ attempt, check }: { attempt: AttemptPage; check: number | null }): JSX.Element | null {
  const { verdicts, problems, turns } = attempt;
  const { addressOf } = useScreen();
  const misses = verdicts.filter(({ outcome }) => outcome !== "held");
  const named = check === null ? undefined : verdicts[check - 1];
  const shown = [...new Set([...(named === undefined ? [] : [named]), ...misses.slice(0, mostShown)])];
  if (shown.length + problems.length === 0) return null;
  return (
    <section class="why" aria-labelledby="why">
      <h2 id="why">Why</h2>
      {problems.map((problem, index) => (
        <ProblemView key={index} problem={problem} />
      ))}
      {shown.map((verdict) => {
        const turn = turns.findLastIndex(({ number }) => number === verdict.turn) + 1;
        const number = verdicts.indexOf(verdict) + 1;
        const name = verdict.turn === null ? "Whole conversation" : `Turn ${verdict.turn}`;
        const where = turn === 0 ? <b>{name}</b> : <a href={addressOf?.(turn, number)}>{name}</a>;
        return <Check key={number} verdict={verdict} where={where} />;
      })}
      {misses.length > mostShown && <p class="dim">and {misses.length - mostShown} more, at the end of their turns</p>}
    </section>
  );
}

/** The turns, the first ones at once. A turn that was drawn is not redrawn when other things change. */
function Turns({ attempt, current }: { attempt: AttemptPage; current: number | null }): JSX.Element {
  const { turns, verdicts } = attempt;
  const isUnfolded = useIsUnfolded();
  const count = useGradually(turns.length, isUnfolded ? turns.length : (current ?? 0), attempt);
  const draw = useMemo(() => {
    const drawn = new Map<number, JSX.Element>();
    const longest = Math.max(1, ...turns.map(({ time }) => time.total));
    const last = new Map(turns.map((turn, index) => [turn.number, index]));
    const judged = Map.groupBy(verdicts, (verdict) => verdict.turn);
    return (turn: TurnPage, index: number): JSX.Element => {
      const own = last.get(turn.number) === index ? (judged.get(turn.number) ?? []) : [];
      const view = drawn.get(index) ?? <TurnView key={turnKey(turn)} turn={turn} verdicts={own} longest={longest} />;
      drawn.set(index, view);
      return view;
    };
  }, [turns, verdicts]);
  return <>{turns.slice(0, count).map(draw)}</>;
}

function Stage({ stage }: { stage: StagePage }): JSX.Element {
  const { when, steps, saved } = stage;
  return (
    <Fold
      class="stage"
      isOpenAtFirst={steps.some(({ error }) => error !== null)}
      title={
        <>
          {when === "setup" ? "Before the conversation" : "After the conversation"}{" "}
          <span class="preview">{steps.map(({ run }) => run).join(", ")}</span>
        </>
      }
    >
      {steps.map(({ run, took, error }, index) => (
        <p key={index} class={error === null ? "" : "fail"}>
          <code>{run}</code> {error ?? durationText(took)}
        </p>
      ))}
      <div class="mono">
        <TextView text={jsonOf(saved)} name="saved values" />
      </div>
    </Fold>
  );
}

const who = { user: "User", assistant: "Assistant", call: "Tool" } as const;

function Opening({ opening }: { opening: readonly OpeningItem[] }): JSX.Element {
  return (
    <Fold
      class="stage"
      title={`${opening.length} ${opening.length === 1 ? "message" : "messages"} before the first turn`}
    >
      {opening.map((message, index) => (
        <Part key={index} who={who[message.role]}>
          <TextView
            text={message.role === "call" ? `${message.name} ${message.arguments}\n${message.result}` : message.text}
            name="message"
          />
        </Part>
      ))}
    </Fold>
  );
}
