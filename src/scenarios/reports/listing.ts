import { cutEnd } from "../../kit/difference.ts";
import { printable, printableLine } from "../../kit/terminal-text.ts";
import type { Scenario } from "../scenario.ts";

/** A scenario that was selected, and why it would not run. */
export interface Listed {
  scenario: Scenario;
  /** `null` when it would run. */
  left: { status: "skipped" | "done"; reason: string } | null;
  /** Why a change affects it; absent when it was not asked for. */
  affected?: readonly string[];
}

/** The scenarios that would run. */
export interface Listing {
  target: string;
  order: "file" | "random";
  seed: number;
  /** In the order in which they would start. */
  scenarios: readonly Listed[];
}

/** The version of the output of `--list --json`; a breaking change increments it. */
const formatVersion = 1;

/** A listing as one JSON document. */
export function listingJson({ target, order, seed, scenarios }: Listing): string {
  const listed = scenarios.map(({ scenario: { id, name, file, assistant, tags, owner, turns }, left, affected }) => ({
    id,
    name,
    file,
    assistant,
    tags,
    owner,
    turns: turns.length,
    runs: left === null,
    reason: left?.reason ?? null,
    ...(affected !== undefined && { affected }),
  }));
  const document = {
    format_version: formatVersion,
    target,
    order,
    ...(order === "random" && { seed }),
    scenarios: listed,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const mostOfReason = 90;

/** One line per scenario, and the number that would run. */
export function renderListing({ target, scenarios }: Listing): string {
  const lines = scenarios.map(({ scenario: { id, name, file }, left }) => {
    const title = name === id ? id : `${id}  ${printable(name)}`;
    const why = left === null ? "" : `  ${left.status}: ${printableLine(cutEnd(left.reason, mostOfReason))}`;
    return `${left === null ? " " : "-"} ${title}  ${file}${why}\n`;
  });
  const running = scenarios.filter(({ left }) => left === null).length;
  const others = [...Map.groupBy(scenarios, ({ left }) => left?.status ?? null)].flatMap(([status, all]) =>
    status === null ? [] : [`, ${all.length} ${status}`],
  );
  return `${lines.join("")}${lines.length === 0 ? "" : "\n"}${running} ${running === 1 ? "scenario" : "scenarios"} would run at ${target}${others.join("")}\n`;
}
