import type { JSX } from "preact";
import type { IndexRow } from "../../page-data/index-row.ts";
import type { ListState } from "../../page-data/location.ts";
import type { RunHead } from "../../page-data/run-head.ts";
import type { Go } from "../state/location.ts";

/** What a run came to. */
export function Overview(props: {
  head: RunHead;
  rows: readonly IndexRow[];
  list: ListState;
  go: Go;
  isFolded: boolean;
}): JSX.Element {
  return <h1 class="overview-title">{props.head.target}</h1>;
}
