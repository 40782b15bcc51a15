import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { IndexRow } from "../../page-data/index-row.ts";
import { formatLocation, type ListState } from "../../page-data/location.ts";
import { timeText } from "../frame/top-bar.tsx";
import type { EarlierRun } from "../source.ts";
import { AnyStatus } from "./any-status.tsx";
import { changeLine, changeOrder } from "./change-line.tsx";

/** The maximum number of scenarios listed. */
const most = 500;

interface Props {
  rows: readonly IndexRow[];
  /** The file that the run was compared with. */
  baseline: string | null;
  earlier: EarlierRun | null;
  list: ListState;
}

/** The changes since the baseline, and since the previous run. */
export function ChangesScreen({ rows, baseline, earlier, list }: Props): JSX.Element {
  return (
    <article class="scene">
      <nav>
        <a href={formatLocation({ screen: "overview", list })}>Overview</a>
      </nav>
      <h1 tabIndex={-1} data-focus>
        What changed
      </h1>
      {baseline === null && earlier === null && (
        <p>
          There is nothing to compare with: no earlier run of these scenarios, and no baseline.{" "}
          <code>playbill bless</code> makes a baseline, and <code>playbill test --baseline</code> compares with it.
        </p>
      )}
      {baseline !== null && <AgainstBaseline {...{ rows, baseline, list }} />}
      {earlier !== null && <SinceRunBefore {...{ rows, earlier, list }} />}
    </article>
  );
}

/** The scenarios of the list compared with the baseline: worse, better, and undecided. */
function AgainstBaseline(props: { rows: readonly IndexRow[]; baseline: string; list: ListState }): JSX.Element {
  const { rows, baseline, list } = props;
  const [isOnlyChanged, setOnlyChanged] = useState(true);
  const compared = rows.filter(({ change }) => change !== null && (change !== "stable" || !isOnlyChanged));
  const groups = Map.groupBy(compared, ({ change }) => change);
  const ordered = changeOrder.flatMap((change) => groups.get(change) ?? []);
  return (
    <section class="scene" aria-labelledby="against-baseline">
      <h2 id="against-baseline">Against {baseline}</h2>
      <p class="actions">
        <label>
          <input
            type="checkbox"
            checked={isOnlyChanged}
            onChange={(event) => setOnlyChanged(event.currentTarget.checked)}
          />{" "}
          changed only
        </label>
        <span class="dim">
          {compared.length} of {rows.length}
        </span>
      </p>
      <Changes rows={ordered} list={list} show={changeLine} />
    </section>
  );
}

/** The scenarios of the list whose outcome differs from the previous run, then those in which only messages or calls differ. */
function SinceRunBefore(props: { rows: readonly IndexRow[]; earlier: EarlierRun; list: ListState }): JSX.Element {
  const { rows, earlier, list } = props;
  const { began, statuses } = earlier;
  const different = rows.filter(({ id }) => statuses.has(id));
  const ended = different.filter(({ id, status }) => statuses.get(id) !== status);
  const said = different.filter(({ id, status }) => statuses.get(id) === status);
  return (
    <section class="scene" aria-labelledby="since-before">
      <h2 id="since-before">Since the previous run, {timeText(began)}</h2>
      <Changes rows={[...ended, ...said]} list={list} show={(row) => sinceThen(row, statuses.get(row.id))} />
    </section>
  );
}

function sinceThen({ status }: IndexRow, before: IndexRow["status"] | undefined): JSX.Element {
  return before === undefined || before === status ? (
    <>
      <AnyStatus status={status} /> <span class="dim">as before, with other words or calls</span>
    </>
  ) : (
    <>
      <AnyStatus status={before} /> → <AnyStatus status={status} />
    </>
  );
}

function Changes(props: {
  rows: readonly IndexRow[];
  list: ListState;
  show: (row: IndexRow) => JSX.Element;
}): JSX.Element {
  const { rows, list, show } = props;
  if (rows.length === 0) return <p>Nothing changed.</p>;
  return (
    <>
      <ul class="changes">
        {rows.slice(0, most).map((row) => (
          <li key={row.id}>
            <a href={formatLocation({ screen: "scenario-diff", id: row.id, list })}>
              <span class="name">{row.name}</span>
              <span>{show(row)}</span>
            </a>
          </li>
        ))}
      </ul>
      {rows.length > most && <p class="dim">and {rows.length - most} more: a search narrows the list</p>}
    </>
  );
}
