import type { JSX } from "preact";
import type { IndexRow } from "../../page-data/index-row.ts";
import type { Activity } from "../../page-data/live.ts";

type StatusName = IndexRow["status"];

/** Statuses by mark, word and colour, each of which is sufficient without the others. */
export const statuses: Readonly<Record<StatusName, { mark: string; word: string; tone: string }>> = {
  failed: { mark: "✗", word: "failed", tone: "fail" },
  errored: { mark: "!", word: "errored", tone: "errored" },
  inconclusive: { mark: "?", word: "inconclusive", tone: "errored" },
  flaky: { mark: "~", word: "flaky", tone: "flaky" },
  quarantined: { mark: "◌", word: "quarantined", tone: "dim" },
  not_run: { mark: "○", word: "not run", tone: "dim" },
  passed: { mark: "✓", word: "passed", tone: "pass" },
  observed: { mark: "·", word: "observed", tone: "pass" },
  skipped: { mark: "–", word: "skipped", tone: "dim" },
};

/** A status; `isShort` where there is no room for its word, which screen readers still read. */
export function Status({ status, isShort = false }: { status: StatusName; isShort?: boolean }): JSX.Element {
  const { mark, word, tone } = statuses[status];
  return (
    <span class={`status ${tone}`} title={isShort ? word : undefined}>
      <span class="mark" aria-hidden="true">
        {mark}
      </span>
      <span class={isShort ? "word short" : "word"}>{word}</span>
    </span>
  );
}

/** The activity of a running scenario, instead of its status. */
export function ActivityStatus({ activity }: { activity: Activity }): JSX.Element {
  const word =
    activity.kind === "waiting" ? "waiting" : `running${activity.turn === null ? "" : ` turn ${activity.turn}`}`;
  return (
    <span class={`status ${activity.kind}`} title={word}>
      <span class="mark" aria-hidden="true">
        {activity.kind === "waiting" ? "◌" : "▸"}
      </span>
      <span class="word short">{word}</span>
    </span>
  );
}
