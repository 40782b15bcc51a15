import type { JSX } from "preact";
import type { PageStatus } from "../../page-data/scenario-page.ts";
import { Status, statuses } from "../frame/status.tsx";

/** The status of a scenario, or of an attempt, which may be invalid too. */
export function AnyStatus({ status, isShort = false }: { status: PageStatus; isShort?: boolean }): JSX.Element {
  if (status !== "invalid") return <Status status={status} isShort={isShort} />;
  return (
    <span class="status dim">
      <span class="mark" aria-hidden="true">
        {invalid.mark}
      </span>
      <span class={isShort ? "word short" : "word"}>{invalid.word}</span>
    </span>
  );
}

const invalid = { mark: "∅", word: "invalid", tone: "dim" };

/** The mark, the word and the colour of a status. */
export function statusShown(status: PageStatus): { mark: string; word: string; tone: string } {
  return status === "invalid" ? invalid : statuses[status];
}
