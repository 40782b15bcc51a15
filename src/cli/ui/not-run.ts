import type { IndexRow } from "../../page-data/index-row.ts";
import type { ScenarioPage } from "../../page-data/scenario-page.ts";
import type { Scenario } from "../../scenarios/scenario.ts";

type NotRun = Pick<Scenario, "id" | "name" | "file" | "tags" | "owner" | "assistant">;

/** The row of a scenario before its first run. */
export function notRunRow({ id, name, file, tags, owner, assistant }: NotRun): IndexRow {
  return {
    id,
    name,
    file,
    line: null,
    status: "not_run",
    tags,
    owner,
    assistant,
    time: 0,
    cost: null,
    passed: 0,
    counted: 0,
    sentence: null,
    turn: null,
    cause: null,
    change: null,
    before: null,
    p: null,
    tools: [],
    latencies: [],
  };
}

/** The page of a scenario before its first run; `command` runs it. */
export function notRunPage(
  { id, name, file, assistant, tags, owner, status }: IndexRow,
  command: string,
): ScenarioPage {
  return {
    id,
    name,
    file,
    assistant,
    tags,
    owner,
    status,
    reason: "it has not run yet",
    turns: 0,
    time: 0,
    command,
    runs: null,
    attempts: [],
    shown: 0,
  };
}
