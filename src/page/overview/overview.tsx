import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { dollarsText } from "../../kit/dollars.ts";
import { durationText } from "../../kit/duration.ts";
import { groupRows } from "../../page-data/filter.ts";
import type { IndexRow } from "../../page-data/index-row.ts";
import { formatLocation, type ListState } from "../../page-data/location.ts";
import { formatQuery } from "../../page-data/query.ts";
import type { RunHead } from "../../page-data/run-head.ts";
import { LatencyPlot } from "../plots/latency.tsx";
import { PassRatePlot } from "../plots/pass-rate.tsx";
import { Card } from "./card.tsx";
import { CoverageCard } from "./coverage-card.tsx";
import { ScenarioList } from "./scenario-list.tsx";

interface OverviewProps {
  head: RunHead;
  /** The rows that the list shows. */
  rows: readonly IndexRow[];
  list: ListState;
  /** True when there is little room, so that everything is folded. */
  isFolded: boolean;
}

/** The maximum number of scenarios or causes listed per card. */
const most = 5;

/** The overview of a run, limited to the filtered scenarios. */
export function Overview({ head, rows, list, isFolded }: OverviewProps): JSX.Element {
  return useMemo(() => overviewElement({ head, rows, list, isFolded }), [head, rows, list, isFolded]);
}

function overviewElement({ head, rows, list, isFolded }: OverviewProps): JSX.Element {
  const bad = rows.filter(({ status }) => status === "failed" || status === "errored" || status === "inconclusive");
  const changed = rows.filter(({ change }) => change === "regression" || change === "improved");
  const flaky = rows.filter(({ status }) => status === "flaky");
  const costly = topOf(rows, ({ cost }) => cost ?? 0);
  const slow = topOf(rows, ({ time }) => time);
  return (
    <div class="overview">
      <h1 tabIndex={-1} data-focus>
        {headline(head)}
      </h1>
      {(head.interrupted || head.missing.length > 0) && (
        <ul class="missing">
          {head.interrupted && <li>The run was interrupted.</li>}
          {head.missing.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {rows.length === 0 && <Nothing head={head} list={list} />}
      <div class="cards">
        {bad.length > 0 && (
          <Card title="What went wrong" note={countOf(bad.length, "scenario")} {...{ isFolded }} isWide>
            <Causes rows={bad} list={list} />
          </Card>
        )}
        {changed.length > 0 && (
          <Card title="Changed" note={`against ${head.baseline?.file ?? "the baseline"}`} {...{ isFolded }}>
            <ScenarioList
              list={list}
              items={changed.slice(0, most * 2).map((row) => ({ row, value: changeText(row) }))}
            />
          </Card>
        )}
        {flaky.length > 0 && (
          <Card title="Flaky" note={countOf(flaky.length, "scenario")} {...{ isFolded }}>
            <ScenarioList list={list} items={flaky.slice(0, most * 2).map((row) => ({ row, value: runsText(row) }))} />
          </Card>
        )}
        {head.history.length > 1 && (
          <Card title="Pass rate" note={countOf(head.history.length, "run")} {...{ isFolded }}>
            <PassRatePlot history={head.history} run={head.run} />
          </Card>
        )}
        <LatencyCard rows={rows} isFolded={isFolded} />
        {slow.length > 0 && (
          <Card title="Slowest" note={totalOf(rows, ({ time }) => time, durationText)} {...{ isFolded }}>
            <ScenarioList list={list} items={shares(slow, ({ time }) => time, durationText)} />
          </Card>
        )}
        {costly.length > 0 && (
          <Card title="Most expensive" note={totalOf(rows, ({ cost }) => cost ?? 0, dollarsText)} {...{ isFolded }}>
            <ScenarioList list={list} items={shares(costly, ({ cost }) => cost ?? 0, dollarsText)} />
          </Card>
        )}
        {head.coverage !== null && <CoverageCard coverage={head.coverage} isFolded={isFolded} />}
      </div>
    </div>
  );
}

/** The run in a sentence. */
function headline({ counts }: RunHead): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = [
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...(counts.errored > 0 ? [`${counts.errored} errored`] : []),
    ...(counts.inconclusive > 0 ? [`${counts.inconclusive} inconclusive`] : []),
    ...(counts.not_run > 0 ? [`${counts.not_run} not run`] : []),
  ];
  if (all === 0) return "No scenario was selected";
  if (parts.length === 0) return all === 1 ? "The scenario passed" : `All ${all.toLocaleString("en")} scenarios passed`;
  return `${parts.join(", ")} of ${countOf(all, "scenario")}`;
}

function Nothing({ head, list }: { head: RunHead; list: ListState }): JSX.Element {
  if (list.query === "") {
    return (
      <p>
        The run selected no scenario. To run all of them: <code>{head.command}</code>
      </p>
    );
  }
  return (
    <p>
      No scenario matches <code>{list.query}</code>.{" "}
      <a href={formatLocation({ screen: "overview", list: { ...list, query: "" } })}>Clear the search</a>
    </p>
  );
}

function Causes({ rows, list }: { rows: readonly IndexRow[]; list: ListState }): JSX.Element {
  const causes = groupRows(rows, "cause");
  const rest = causes.length - most * 2;
  return (
    <>
      <ul class="causes">
        {causes.slice(0, most * 2).map(({ name, rows: same }) => (
          <li key={name}>
            <details open={causes.length <= 3}>
              <summary>
                <span class="group-count">{same.length}×</span>
                <span>{same.length === 1 ? (same[0]?.sentence ?? name) : name}</span>
              </summary>
              <ScenarioList
                list={list}
                items={same
                  .slice(0, most * 2)
                  .map((row) => ({ row, value: row.turn === null ? "" : `turn ${row.turn}` }))}
              />
              {same.length > most * 2 && <p class="dim">and {same.length - most * 2} more</p>}
            </details>
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <a href={formatLocation({ screen: "overview", list: { ...list, query: badQuery, group: "cause" } })}>
          and {countOf(rest, "other cause")}
        </a>
      )}
    </>
  );
}

const badQuery = formatQuery(
  ["failed", "errored", "inconclusive"].map((value) => ({ kind: "field", field: "status", value, negated: false })),
);

function LatencyCard({ rows, isFolded }: { rows: readonly IndexRow[]; isFolded: boolean }): JSX.Element | null {
  const values = rows.flatMap(({ latencies }) => latencies);
  if (values.length < 2) return null;
  return (
    <Card title="Latency" note={countOf(values.length, "turn")} isFolded={isFolded}>
      <LatencyPlot values={values} />
    </Card>
  );
}

function changeText(row: IndexRow): string {
  const { before, passed, counted, p } = row;
  const was = before === null ? "" : `${before.passed}/${before.counted} → `;
  return `${was}${passed}/${counted}${p === null ? "" : `, p ${p < 0.001 ? "< 0.001" : `= ${Number(p.toPrecision(2))}`}`}`;
}

function runsText({ passed, counted }: IndexRow): string {
  return counted > 1 ? `${passed}/${counted}` : "";
}

function topOf(rows: readonly IndexRow[], measure: (row: IndexRow) => number): IndexRow[] {
  return rows
    .filter((row) => measure(row) > 0)
    .toSorted((one, other) => measure(other) - measure(one))
    .slice(0, most);
}

function shares(rows: readonly IndexRow[], measure: (row: IndexRow) => number, show: (value: number) => string) {
  const [first] = rows;
  const largest = first === undefined ? 1 : measure(first);
  return rows.map((row) => ({ row, value: show(measure(row)), share: measure(row) / largest }));
}

function totalOf(
  rows: readonly IndexRow[],
  measure: (row: IndexRow) => number,
  show: (value: number) => string,
): string {
  return `${show(rows.reduce((sum, row) => sum + measure(row), 0))} in total`;
}

function countOf(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}
