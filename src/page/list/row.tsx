import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { durationText } from "../../kit/duration.ts";
import type { RowGroup } from "../../page-data/filter.ts";
import type { IndexRow } from "../../page-data/index-row.ts";
import type { Activity } from "../../page-data/live.ts";
import { formatLocation, scenarioLocation, type ListState } from "../../page-data/location.ts";
import { ActivityStatus, Status } from "../frame/status.tsx";
import { useActivity } from "../live/live-context.ts";
import type { Go } from "../state/location.ts";

interface RowProps {
  row: IndexRow;
  list: ListState;
  go: Go;
  /** True for the scenario that is shown beside the list. */
  isOpen: boolean;
  /** True when the keys j and k selected it. */
  isAt: boolean;
}

/** A scenario in the list. */
export function Row({ row, list, go, isOpen, isAt }: RowProps): JSX.Element {
  const activity = useActivity(row.id);
  // An identical element is not compared again: during scrolling, nearly all rows stay.
  return useMemo(() => rowElement({ row, list, go, isOpen, isAt, activity }), [row, list, go, isOpen, isAt, activity]);
}

function rowElement(props: RowProps & { activity: Activity | undefined }): JSX.Element {
  const { row, list, go, isOpen, isAt, activity } = props;
  const to = scenarioLocation(row.id, list);
  return (
    <a
      class={`row${isAt ? " at" : ""}`}
      href={formatLocation(to)}
      aria-current={isOpen ? "true" : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {activity === undefined ? <Status status={row.status} isShort /> : <ActivityStatus activity={activity} />}
      <span class="row-text">
        <span class="row-name">{row.name}</span>
        {row.sentence !== null && <span class="row-why">{whyOf(row)}</span>}
      </span>
      <span class="row-runs">{row.counted > 1 ? `${row.passed}/${row.counted}` : ""}</span>
      <span class="row-time">{row.time > 0 ? durationText(row.time) : ""}</span>
    </a>
  );
}

function whyOf({ turn, sentence }: IndexRow): string {
  return `${turn === null ? "" : `turn ${turn}: `}${sentence}`;
}

/** Rows that belong together. */
export function GroupRow(props: RowGroup & { isOpen: boolean; toggle: (name: string) => void }): JSX.Element {
  const { name, rows, isOpen, toggle } = props;
  return (
    <button type="button" class="group" aria-expanded={isOpen} onClick={() => toggle(name)}>
      <span class="group-mark" aria-hidden="true">
        {isOpen ? "▾" : "▸"}
      </span>
      <span class="group-count">{rows.length}×</span>
      <span class="group-name">{name}</span>
    </button>
  );
}
