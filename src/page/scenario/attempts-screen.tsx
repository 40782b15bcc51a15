import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { dollarsText } from "../../kit/dollars.ts";
import { durationText } from "../../kit/duration.ts";
import { formatLocation } from "../../page-data/location.ts";
import type { AttemptPage, ScenarioPage } from "../../page-data/scenario-page.ts";
import { AnyStatus } from "./any-status.tsx";
import type { ScreenProps } from "./detail.tsx";
import { ScreenContext, type ScreenShared } from "./screen-context.ts";
import { rowsOf, type Row } from "./side-by-side.ts";
import { TurnPairs } from "./turn-pairs.tsx";

/** All attempts at a scenario in a table, and two of them turn by turn. */
export function AttemptsScreen({ page, location, go, source, copy }: ScreenProps): JSX.Element {
  const [isOnlyDifferent, setOnlyDifferent] = useState(true);
  const rows = useMemo(() => rowsOf(page.attempts), [page]);
  const shared = useMemo<ScreenShared>(
    () => ({ source, copy, unfolded: { generation: 0, what: "none" }, isMarked: false }),
    [source, copy],
  );
  const named = location.screen === "attempts" ? location : { left: null, right: null };
  const [left, right] = sidesOf(page, named.left, named.right);
  const choose = (sides: { left?: number; right?: number }) =>
    go({ screen: "attempts", id: page.id, left, right, ...sides, list: location.list }, "replace");
  const shown = rows.filter(({ differs }) => differs || !isOnlyDifferent);
  const [one, other] = [page.attempts[left - 1], page.attempts[right - 1]];
  return (
    <ScreenContext.Provider value={shared}>
      <article class="scene">
        <header class="scene-title">
          <h1 tabIndex={-1} data-focus>
            {page.name}: attempts
          </h1>
          {page.runs !== null && <p>{page.runs}</p>}
          <p>
            <a href={scenarioLink(page, null, location.list)}>Conversation</a>
          </p>
        </header>
        <p class="actions">
          <label>
            <input
              type="checkbox"
              checked={isOnlyDifferent}
              onChange={(event) => setOnlyDifferent(event.currentTarget.checked)}
            />{" "}
            only differences
          </label>
          <span class="dim">In a row, equal letters mean equal values.</span>
        </p>
        {rows.length === 0 ? (
          <p class="dim">It was not run.</p>
        ) : (
          <div class="beside-scroll">
            <table class="beside">
              <thead>
                <tr>
                  <th scope="col">Attempt</th>
                  {page.attempts.map(({ name, status }, index) => (
                    <th key={name} scope="col">
                      <a href={scenarioLink(page, index + 1, location.list)} title={name}>
                        {index + 1}
                      </a>{" "}
                      <AnyStatus status={status} isShort />
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {shown.map((row) => (
                  <RowView key={`${row.turn} ${row.kind} ${row.label}`} row={row} />
                ))}
                <Numbers name="time" attempts={page.attempts} show={({ time }) => durationText(time)} />
                <Numbers
                  name="tokens"
                  attempts={page.attempts}
                  show={({ tokens }) => tokens?.toLocaleString("en") ?? "?"}
                />
                <Numbers
                  name="cost"
                  attempts={page.attempts}
                  show={({ cost }) => (cost === null ? "?" : dollarsText(cost))}
                />
              </tbody>
            </table>
          </div>
        )}
        {shown.length === 0 && rows.length > 0 && <p class="dim">The attempts differ only in their numbers.</p>}
        {one !== undefined && other !== undefined && page.attempts.length > 1 && (
          <section aria-label="Two attempts side by side" class="scene">
            <p class="actions">
              <Choice name="Left" value={left} attempts={page.attempts} choose={(to) => choose({ left: to })} />
              <Choice name="Right" value={right} attempts={page.attempts} choose={(to) => choose({ right: to })} />
            </p>
            <TurnPairs left={one} right={other} names={[`${left}`, `${right}`]} />
          </section>
        )}
      </article>
    </ScreenContext.Provider>
  );
}

/** The given attempts, or else the one that shows the verdict and the next one with a different outcome. */
function sidesOf({ attempts, shown }: ScenarioPage, left: number | null, right: number | null): [number, number] {
  const within = (number: number | null) => (number !== null && number <= attempts.length ? number : null);
  const one = within(left) ?? shown + 1;
  const status = attempts[one - 1]?.status;
  const unlike = attempts.findIndex((attempt, index) => index !== one - 1 && attempt.status !== status);
  const next = attempts.findIndex((_, index) => index !== one - 1);
  return [one, within(right) ?? (unlike >= 0 ? unlike : Math.max(0, next)) + 1];
}

function scenarioLink({ id }: ScenarioPage, attempt: number | null, list: ScreenProps["location"]["list"]): string {
  return formatLocation({ screen: "scenario", id, attempt, turn: null, check: null, list });
}

function RowView({ row }: { row: Row }): JSX.Element {
  const { turn, label, kind, cells, differs } = row;
  return (
    <tr class={differs ? "differs" : ""}>
      <th scope="row" title={label}>
        <span class="dim">{turn === null ? "all" : `t${turn}`}</span>{" "}
        {kind === "verdict" ? <code>{label}</code> : label}
      </th>
      {cells.map((cell, index) => (
        <td key={index} class={toneOf(cell?.shown)} title={cell?.value.slice(0, 400)}>
          {cell?.shown ?? "–"}
        </td>
      ))}
    </tr>
  );
}

function toneOf(shown: string | undefined): string {
  if (shown === "✓") return "pass";
  return shown === "✗" ? "fail" : shown === undefined ? "dim" : "";
}

function Numbers(props: {
  name: string;
  attempts: readonly AttemptPage[];
  show: (attempt: AttemptPage) => string;
}): JSX.Element {
  const { name, attempts, show } = props;
  return (
    <tr>
      <th scope="row" class="dim">
        {name}
      </th>
      {attempts.map((attempt) => (
        <td key={attempt.name}>{show(attempt)}</td>
      ))}
    </tr>
  );
}

function Choice(props: {
  name: string;
  value: number;
  attempts: readonly AttemptPage[];
  choose: (to: number) => void;
}): JSX.Element {
  const { name, value, attempts, choose } = props;
  return (
    <label>
      {name}{" "}
      <select value={value} onChange={(event) => choose(Number(event.currentTarget.value))}>
        {attempts.map((attempt, index) => (
          <option key={attempt.name} value={index + 1}>
            {attempt.name}: {attempt.status.replace("_", " ")}
          </option>
        ))}
      </select>
    </label>
  );
}
