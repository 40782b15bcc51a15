import type { JSX } from "preact";
import type { CoverageHead } from "../../page-data/run-head.ts";
import { Card } from "./card.tsx";

/** What no scenario exercises. */
export function CoverageCard({ coverage, isFolded }: { coverage: CoverageHead; isFolded: boolean }): JSX.Element {
  return (
    <Card title="Coverage" isFolded={isFolded}>
      <ul class="short-list">
        {coverage.kinds.map(({ kind, covered, total, missing }) => (
          <li key={kind}>
            <details>
              <summary>
                {kind}
                <span class="short-value">
                  {covered}/{total}
                </span>
              </summary>
              {missing.length === 0 ? "all of them" : missing.join(", ")}
            </details>
            <span class="short-bar" aria-hidden="true">
              <span style={{ width: `${total === 0 ? 100 : Math.round((covered / total) * 100)}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
