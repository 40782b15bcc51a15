import type { JSX } from "preact";
import type { IndexRow } from "../../page-data/index-row.ts";
import { formatLocation, idOf, scenarioLocation, type Location } from "../../page-data/location.ts";
import type { ScenarioPage } from "../../page-data/scenario-page.ts";
import { suggest } from "../../kit/words.ts";
import type { ShownRows } from "../list/shown-rows.ts";
import type { Source } from "../source.ts";
import { useArrival } from "../state/arrival.ts";
import type { Go } from "../state/location.ts";
import { useScenario } from "../state/source.ts";
import { AttemptsScreen } from "./attempts-screen.tsx";
import { ChangesScreen } from "./changes-screen.tsx";
import { ScenarioDiffScreen } from "./diff-screen.tsx";
import { ScenarioScreen } from "./scenario-screen.tsx";

/** The properties of every screen about a scenario. */
export interface ScreenProps {
  page: ScenarioPage;
  /** Its row in the list. */
  row: IndexRow | null;
  location: Location;
  go: Go;
  source: Source;
  /** Copies a text to the clipboard and shows a notice about `what`, such as `the command`. */
  copy: (text: string, what: string) => Promise<void>;
}

interface DetailProps {
  source: Source;
  location: Location;
  go: Go;
  changes: number;
  shown: ShownRows;
  rows: readonly IndexRow[];
  copy: ScreenProps["copy"];
}

/** The pane beside the list: a scenario, or why it cannot be shown. */
export function Detail({ source, location, go, changes, shown, rows, copy }: DetailProps): JSX.Element {
  const id = idOf(location);
  const loaded = useScenario(source, id, changes);
  const row = rows.find((each) => each.id === id) ?? null;
  const isThere =
    id === null || row === null || loaded.kind === "failed" || (loaded.kind === "loaded" && loaded.page.id === id);
  useArrival(isThere ? `${location.screen} ${id ?? ""}` : null);
  return (
    <>
      {id !== null && <Steps {...{ id, location, shown }} />}
      {id === null ? (
        <ChangesScreen
          rows={shown.order}
          baseline={source.head().baseline?.file ?? null}
          earlier={source.earlier?.() ?? null}
          list={location.list}
        />
      ) : row === null ? (
        <Unknown {...{ id, rows, location }} />
      ) : loaded.kind === "failed" ? (
        <Damaged reason={loaded.reason} />
      ) : loaded.kind === "loaded" && loaded.page.id === id ? (
        <ScreenOf key={id} {...{ page: loaded.page, row, location, go, source, copy }} />
      ) : (
        <p class="dim">Loading…</p>
      )}
    </>
  );
}

function ScreenOf(props: ScreenProps): JSX.Element {
  switch (props.location.screen) {
    case "attempts":
      return <AttemptsScreen {...props} />;
    case "scenario-diff":
      return <ScenarioDiffScreen {...props} />;
    case "scenario":
    case "diff":
    case "overview":
      return <ScenarioScreen {...props} />;
  }
}

/** Links back to the list, and to the neighbours in it. */
function Steps({ id, location, shown }: { id: string; location: Location; shown: ShownRows }): JSX.Element {
  const at = shown.order.findIndex((row) => row.id === id);
  const link = (row: IndexRow | undefined, what: string, mark: string) =>
    row === undefined ? (
      <span class="step" aria-hidden="true">
        {mark}
      </span>
    ) : (
      <a class="step" href={formatLocation(scenarioLocation(row.id, location.list))} aria-label={what} title={what}>
        {mark}
      </a>
    );
  return (
    <nav class="steps" aria-label="Scenarios of the list">
      <a href={formatLocation({ screen: "overview", list: location.list })}>Overview</a>
      <span class="steps-here">
        {link(shown.order[at - 1], "Previous scenario (p)", "◀")}
        <span>{at === -1 ? "not in the list" : `${at + 1} of ${shown.order.length.toLocaleString("en")}`}</span>
        {link(at === -1 ? shown.order[0] : shown.order[at + 1], "Next scenario (n)", "▶")}
      </span>
    </nav>
  );
}

function Unknown(props: { id: string; rows: readonly IndexRow[]; location: Location }): JSX.Element {
  const { id, rows, location } = props;
  const near = suggest(
    id,
    rows.map((row) => row.id),
  );
  return (
    <article class="state">
      <h1 tabIndex={-1} data-focus>
        There is no scenario “{id}” in this run
      </h1>
      {near === undefined ? (
        <p>It may have been renamed, or was not selected.</p>
      ) : (
        <p>
          Did you mean <a href={formatLocation(scenarioLocation(near, location.list))}>{near}</a>?
        </p>
      )}
    </article>
  );
}

function Damaged({ reason }: { reason: string }): JSX.Element {
  return (
    <article class="state">
      <h1 tabIndex={-1} data-focus>
        This scenario’s data cannot be read
      </h1>
      <p>The other scenarios are not affected. Create the report again to see this one.</p>
      <p class="dim">{reason}</p>
    </article>
  );
}
