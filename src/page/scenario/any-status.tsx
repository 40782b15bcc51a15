import type { JSX } from "preact";
import type { PageStatus } from "../../page-data/scenario-page.ts";
import { Status } from "../frame/status.tsx";

/** The status of a scenario, or of an attempt, which may be invalid too. */
export function AnyStatus({ status, isShort = false }: { status: PageStatus; isShort?: boolean }): JSX.Element {
  if (status !== "invalid") return <Status status={status} isShort={isShort} />;
  return (
    <span class="status dim">
      <span class="mark" aria-hidden="true">
        ∅
      </span>
      <span class={isShort ? "word short" : "word"}>invalid</span>
    </span>
  );
}
