import type { JSX } from "preact";
import type { IndexRow } from "../../page-data/index-row.ts";
import { formatLocation, scenarioLocation, type ListState } from "../../page-data/location.ts";
import { Status } from "../frame/status.tsx";

/** A few scenarios, each with a value; with `share`, from 0 to 1, a bar shows its size. */
export function ScenarioList(props: {
  items: readonly { row: IndexRow; value: string; share?: number }[];
  list: ListState;
}): JSX.Element {
  const { items, list } = props;
  return (
    <ul class="short-list">
      {items.map(({ row, value, share }) => (
        <li key={row.id}>
          <a href={formatLocation(scenarioLocation(row.id, list))}>
            <Status status={row.status} isShort />
            <span class="short-name">{row.name}</span>
          </a>
          <span class="short-value">{value}</span>
          {share !== undefined && (
            <span class="short-bar" aria-hidden="true">
              <span style={{ width: `${Math.max(1, Math.round(share * 100))}%` }} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
