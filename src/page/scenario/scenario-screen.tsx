import type { JSX } from "preact";
import type { ScreenProps } from "./detail.tsx";

/** The conversation of a scenario, with what was expected of it. */
export function ScenarioScreen({ page }: ScreenProps): JSX.Element {
  return (
    <article>
      <h1 tabIndex={-1} data-focus>
        {page.name}
      </h1>
      <p>{page.file}</p>
    </article>
  );
}
