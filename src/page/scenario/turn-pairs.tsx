import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { AttemptPage, TurnPage } from "../../page-data/scenario-page.ts";
import { callsOf, pairsOf, replyOf, type TurnPair } from "./side-by-side.ts";
import { diffText, type Span } from "./spans.ts";
import { TextView } from "./text-view.tsx";
import { turnKey, turnName } from "./turn-view.tsx";
import { wordDiff } from "./word-diff.ts";

/** Two conversations turn by turn: equal parts once, different parts side by side with the differences marked. */
export function TurnPairs(props: {
  left: AttemptPage;
  right: AttemptPage;
  names: readonly [string, string];
}): JSX.Element {
  const { left, right, names } = props;
  return (
    <>
      {pairsOf(left.turns, right.turns).map((pair) => {
        const turn = pair.left ?? pair.right;
        return turn === null ? null : (
          <section key={turnKey(turn)} class="turn" aria-label={turnName(turn)}>
            <h2>{turnName(turn)}</h2>
            <PairView pair={pair} names={names} />
          </section>
        );
      })}
    </>
  );
}

function PairView({ pair, names }: { pair: TurnPair; names: readonly [string, string] }): JSX.Element {
  return (
    <>
      <Compare what="User" pair={pair} names={names} show={({ user }) => user} />
      <Compare what="Calls" pair={pair} names={names} show={(turn) => callsOf(turn).join("\n")} isMono />
      <Compare what="Assistant" pair={pair} names={names} show={replyOf} />
    </>
  );
}

function Compare(props: {
  what: string;
  pair: TurnPair;
  names: readonly [string, string];
  show: (turn: TurnPage) => string;
  isMono?: boolean;
}): JSX.Element | null {
  const { what, pair, names, show, isMono = false } = props;
  const { left, right } = pair;
  const one = left === null ? null : show(left);
  const other = right === null ? null : show(right);
  const sides = useMemo(() => {
    if (one === null || other === null) return [{ text: one }, { text: other }];
    const pieces = wordDiff(one, other);
    return [
      diffText(pieces.filter(({ kind }) => kind !== "ins")),
      diffText(pieces.filter(({ kind }) => kind !== "del")),
    ] as { text: string | null; spans?: Span[] }[];
  }, [one, other]);
  if ((one ?? "") === "" && (other ?? "") === "") return null;
  return (
    <div class={isMono ? "pair mono" : "pair"}>
      {one === other ? (
        <div class="pair-side whole">
          <h3 class="dim">{what}, the same in both</h3>
          <TextView text={one ?? ""} name={what.toLowerCase()} />
        </div>
      ) : (
        sides.map(({ text, spans = [] }, index) => (
          <div key={index} class="pair-side">
            <h3 class="dim">
              {what}, {names[index]}
            </h3>
            {text === null ? (
              <p class="dim">This turn was not run.</p>
            ) : text === "" ? (
              <p class="dim">None.</p>
            ) : (
              <TextView text={text} spans={spans} around={spans[0]?.from ?? 0} name={what.toLowerCase()} />
            )}
          </div>
        ))
      )}
    </div>
  );
}
