import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { IndexRow } from "../../page-data/index-row.ts";
import { formatLocation, type ListState } from "../../page-data/location.ts";
import { changeLine, changeOrder } from "./change-line.tsx";

/** Scenarios of the list against the baseline: what became worse, what became better, and what nobody can tell. */
export function ChangesScreen(props: {
  rows: readonly IndexRow[];
  baseline: string | null;
  list: ListState;
}): JSX.Element {
  const { rows, baseline, list } = props;
  const [isOnlyChanged, setOnlyChanged] = useState(true);
  const compared = rows.filter(({ change }) => change !== null && (change !== "stable" || !isOnlyChanged));
  const groups = Map.groupBy(compared, ({ change }) => change);
  return (
    <article class="scene">
      <header class="scene-title">
        <h1 tabIndex={-1} data-focus>
          What changed
        </h1>
        <p class="dim">
          {baseline === null
            ? "This run was compared with no baseline. playbill bless makes one, and test --baseline compares with it."
            : `against ${baseline}`}
        </p>
      </header>
      {baseline !== null && (
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
      )}
      {baseline !== null && compared.length === 0 && <p>Nothing changed.</p>}
      <ul class="changes">
        {changeOrder
          .flatMap((change) => groups.get(change) ?? [])
          .slice(0, most)
          .map((row) => (
            <li key={row.id}>
              <a href={formatLocation({ screen: "scenario-diff", id: row.id, list })}>
                <span class="name">{row.name}</span>
                <span>{changeLine(row)}</span>
              </a>
            </li>
          ))}
      </ul>
      {compared.length > most && <p class="dim">and {compared.length - most} more: search narrows the list</p>}
    </article>
  );
}

/** More are not read one by one. */
const most = 500;
