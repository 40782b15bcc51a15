import type { JSX } from "preact";
import type { CoverageHead } from "../../page-data/run-head.ts";
import { Card } from "./card.tsx";

/** The maximum number of missed items listed per kind. */
const mostNamed = 50;

/** The coverage, with what no scenario reaches. */
export function CoverageCard({ coverage, isFolded }: { coverage: CoverageHead; isFolded: boolean }): JSX.Element {
  const [reached, all] = ["covered" as const, "total" as const].map((of) =>
    coverage.kinds.reduce((sum, kind) => sum + kind[of], 0),
  );
  return (
    <Card title="Coverage" note={`${reached} of ${all} reached`} isFolded={isFolded}>
      <ul class="short-list coverage">
        {coverage.kinds.map(({ kind, covered, total, missing }) => (
          <li key={kind}>
            <details>
              <summary>
                <span>{kind}</span>
                <span class="short-value">
                  {covered}/{total}
                </span>
              </summary>
              <ul class="missed">
                {missing.length === 0 && <li>Everything was reached.</li>}
                {missing.slice(0, mostNamed).map((each) => (
                  <li key={each}>{each}</li>
                ))}
                {missing.length > mostNamed && <li>and {missing.length - mostNamed} more</li>}
              </ul>
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
