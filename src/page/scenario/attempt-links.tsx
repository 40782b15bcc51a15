import type { JSX } from "preact";
import { formatLocation, type ListState } from "../../page-data/location.ts";
import type { ScenarioPage } from "../../page-data/scenario-page.ts";
import { AnyStatus } from "./any-status.tsx";

/** Links to every attempt, and to their comparison. */
export function AttemptLinks(props: { page: ScenarioPage; index: number; list: ListState }): JSX.Element {
  const { page, index, list } = props;
  const { id, attempts } = page;
  return (
    <nav class="links" aria-label="Attempts">
      <span class="links-name">Attempts</span>
      {attempts.map(({ status, name }, nth) => (
        <a
          key={name}
          href={formatLocation({ screen: "scenario", id, attempt: nth + 1, turn: null, check: null, list })}
          aria-current={nth === index ? "true" : undefined}
          title={name}
        >
          {nth + 1} <AnyStatus status={status} isShort />
        </a>
      ))}
      <a href={formatLocation({ screen: "attempts", id, left: null, right: null, list })}>Compare</a>
    </nav>
  );
}
