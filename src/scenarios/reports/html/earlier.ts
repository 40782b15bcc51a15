import { sha256 } from "../../../kit/hash.ts";
import type { ScenarioPage, TurnItem } from "../../../page-data/scenario-page.ts";
import type { StoredHeader } from "../../runs/run-header.ts";
import type { StoredRun } from "../../runs/stored-run.ts";
import { isSameSuite } from "./history.ts";

/** The maximum number of runs to look at. */
const mostRead = 60;

/** The most recent earlier run of mostly the same scenarios; `null` when there is none. */
export async function runBefore(header: StoredHeader, earlier: AsyncIterable<StoredRun>): Promise<StoredRun | null> {
  let read = 0;
  for await (const run of earlier) {
    read += 1;
    if (isSameSuite(header, run.header)) return run;
    if (read === mostRead) break;
  }
  return null;
}

/** A hash of a scenario's status and of everything that was said, called and answered. Two runs with the same hash differ only in numbers. */
export function outcomeHash({ status, attempts, shown }: ScenarioPage): string {
  const turns = attempts[shown]?.turns ?? [];
  return sha256(JSON.stringify([status, turns.map(({ user, items, why }) => [user, items.map(contentOf), why])]));
}

/** An item without its times and ids, which differ in every run. */
function contentOf(item: TurnItem): unknown {
  switch (item.kind) {
    case "message":
      return item.text;
    case "call":
      return [item.name, item.arguments, item.outcome];
    case "code":
      return [item.input, item.logs];
    case "search":
      return item.results.map(({ file }) => file);
    case "waiting":
      return null;
  }
}
