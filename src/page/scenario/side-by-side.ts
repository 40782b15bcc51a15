import type { AttemptPage, ScenarioPage, TurnPage, VerdictPage } from "../../page-data/scenario-page.ts";

/** A row of the table of attempts: a label, and a cell for each attempt, which is `null` where the attempt has no value. */
export interface Row {
  turn: number | null;
  label: string;
  kind: "verdict" | "value";
  cells: (Cell | null)[];
  differs: boolean;
}

/** A verdict, or a letter that represents a value: cells of a row with the same letter have the same value. */
export interface Cell {
  shown: string;
  value: string;
}

/** The attempts of one scenario side by side: every expectation and, for every turn, its reply, calls and end. */
export function rowsOf(attempts: readonly AttemptPage[]): Row[] {
  const rows = numbersOf(attempts).flatMap((number) => [verdictRows(attempts, number), valueRows(attempts, number)]);
  return [...rows, verdictRows(attempts, null)].flat();
}

function valueRows(attempts: readonly AttemptPage[], turn: number): Row[] {
  const rows = [
    lettered(turn, "reply", attempts, (turns) => turns.map(replyOf).join("\n\n")),
    lettered(turn, "calls", attempts, (turns) => turns.flatMap(callsOf).join("\n")),
    lettered(turn, "said", attempts, (turns) => turns.map(({ user }) => user).join("\n\n")),
    lettered(turn, "ended", attempts, (turns) => turns.map(endOf).join("\n")),
  ];
  return rows.filter(
    ({ label, cells }) => label !== "calls" || cells.some((cell) => cell !== null && cell.value !== ""),
  );
}

/** The numbers of all turns that occur in the attempts or in their verdicts. */
function numbersOf(attempts: readonly AttemptPage[]): number[] {
  const numbers = attempts.flatMap(({ turns, verdicts }) => [
    ...turns.map(({ number }) => number),
    ...verdicts.flatMap(({ turn }) => (turn === null ? [] : [turn])),
  ]);
  return [...new Set(numbers)].toSorted((one, other) => one - other);
}

const signs = { held: "✓", failed: "✗", undecided: "?" } as const;

function verdictRows(attempts: readonly AttemptPage[], turn: number | null): Row[] {
  const byPath = attempts.map(({ verdicts }) =>
    Map.groupBy(
      verdicts.filter((each) => each.turn === turn),
      ({ path }) => path,
    ),
  );
  const paths = [...new Set(byPath.flatMap((each) => [...each.keys()]))];
  return paths.map((path) => {
    const cells = byPath.map((each) => {
      const verdicts = each.get(path);
      if (verdicts === undefined) return null;
      const worst =
        verdicts.find(({ outcome }) => outcome === "failed") ??
        verdicts.find(({ outcome }) => outcome === "undecided") ??
        verdicts[0];
      return worst === undefined ? null : { shown: signs[worst.outcome], value: worst.sentence };
    });
    return {
      turn,
      label: labelOf({ path, subject: byPath.flatMap((each) => each.get(path) ?? [])[0]?.subject ?? "" }),
      kind: "verdict",
      cells,
      differs: isMixed(cells.map((cell) => cell?.shown ?? null)),
    };
  });
}

/** The label of an expectation: `reply.contains[0]` at `turns[1].expect.reply.contains[0]`, and its subject when it is not written. */
export function labelOf({ path, subject }: Pick<VerdictPage, "path" | "subject">): string {
  const [, written] = /\b(?:expect\.|(?=save\b))(.*)$/.exec(path) ?? [];
  return written ?? subject;
}

function lettered(
  turn: number,
  label: string,
  attempts: readonly AttemptPage[],
  valueOf: (turns: TurnPage[]) => string,
): Row {
  const values = attempts.map(({ turns }) => {
    const own = turns.filter(({ number }) => number === turn);
    return own.length === 0 ? null : valueOf(own);
  });
  const letters = lettersFor(values);
  const cells = values.map((value, index) => (value === null ? null : { shown: letters[index] ?? "", value }));
  // A turn that was not run is reported only once, by its reply.
  const compared = label === "reply" ? letters : letters.filter((each) => each !== null);
  return { turn, label, kind: "value", cells, differs: isMixed(compared) };
}

/** `A` for the first value and all that are equal to it, `B` for the next, and so on; `null` for none. */
export function lettersFor(values: readonly (string | null)[]): (string | null)[] {
  const known = [...new Set(values.filter((value) => value !== null))];
  return values.map((value) => (value === null ? null : letter(known.indexOf(value))));
}

function letter(index: number): string {
  const last = String.fromCodePoint(65 + (index % 26));
  return index < 26 ? last : letter(Math.floor(index / 26) - 1) + last;
}

function isMixed(shown: readonly (string | null)[]): boolean {
  return new Set(shown).size > 1;
}

/** All messages of the assistant in a turn. */
export function replyOf({ items }: TurnPage): string {
  return items.flatMap((item) => (item.kind === "message" ? [item.text] : [])).join("\n\n");
}

/** The calls of a turn, one line each. */
export function callsOf({ items }: TurnPage): string[] {
  return items.flatMap((item) => (item.kind === "call" ? [`${item.name} ${item.arguments}`] : []));
}

function endOf({ status, why }: TurnPage): string {
  return why === null ? status : `${status} (${why})`;
}

/** A turn of two attempts; `null` on a side that does not have it. */
export interface TurnPair {
  left: TurnPage | null;
  right: TurnPage | null;
}

/** The turns of two attempts, paired by number and by message of a simulated user. */
export function pairsOf(left: readonly TurnPage[], right: readonly TurnPage[]): TurnPair[] {
  const keyOf = ({ number, part }: TurnPage) => number * 10_000 + (part ?? 0);
  const [ofLeft, ofRight] = [left, right].map((turns) => new Map(turns.map((turn) => [keyOf(turn), turn])));
  const keys = [...new Set([...left, ...right].map(keyOf))].toSorted((one, other) => one - other);
  return keys.map((key) => ({ left: ofLeft?.get(key) ?? null, right: ofRight?.get(key) ?? null }));
}

/** The differences of a scenario between two runs; numbers are signed, `null` when one is unknown. */
export interface Delta {
  status: { before: string; after: string } | null;
  calls: boolean;
  reply: boolean;
  time: number;
  tokens: number | null;
  cost: number | null;
}

/** The changes between two runs of a scenario, based on the attempts that show their verdicts. */
export function deltaOf(before: ScenarioPage, after: ScenarioPage): Delta {
  const [one, other] = [shownOf(before), shownOf(after)];
  const same = (partOf: (turn: TurnPage) => string) =>
    (one?.turns ?? []).map(partOf).join("\n") === (other?.turns ?? []).map(partOf).join("\n");
  return {
    status: before.status === after.status ? null : { before: before.status, after: after.status },
    calls: !same((turn) => callsOf(turn).join("\n")),
    reply: !same(replyOf),
    time: (other?.time ?? 0) - (one?.time ?? 0),
    tokens: minus(other?.tokens, one?.tokens),
    cost: minus(other?.cost, one?.cost),
  };
}

function minus(one: number | null | undefined, other: number | null | undefined): number | null {
  return one == null || other == null ? null : one - other;
}

/** The attempt that shows the verdict of a scenario; `null` when it was not run. */
export function shownOf({ attempts, shown }: ScenarioPage): AttemptPage | null {
  return attempts[shown] ?? null;
}
