import type { FieldName, Term } from "./query.ts";
import type { IndexRow } from "./index-row.ts";
import type { ListState, Sort } from "./location.ts";

/** The ids of scenarios whose content contains a text, by text. */
export type FoundTexts = ReadonlyMap<string, ReadonlySet<string>>;

/** The rows that match the query. Scenarios that have not been searched yet do not match a text. */
export function filterRows(rows: readonly IndexRow[], terms: readonly Term[], found: FoundTexts): IndexRow[] {
  const parts = partsOf(terms);
  return rows.filter((row) => parts.every((part) => part.some((term) => holds(term, row, found) !== term.negated)));
}

/** Groups of terms of which one must match: those with the same key. Negated terms and words form separate groups. */
function partsOf(terms: readonly Term[]): Term[][] {
  const parts = Map.groupBy(terms, (term) => {
    if (term.negated || term.kind === "word" || term.kind === "measure") return term;
    return term.kind === "field" ? term.field : term.kind;
  });
  return [...parts.values()];
}

function holds(term: Term, row: IndexRow, found: FoundTexts): boolean {
  switch (term.kind) {
    case "word":
      return [row.id, row.name, row.file, row.sentence ?? ""].some((text) => contains(text, term.text));
    case "field":
      return fieldHolds(term.field, term.value, row, found);
    case "measure": {
      const value = term.measure === "time" ? row.time / 1000 : row.cost;
      return value !== null && (term.above ? value > term.value : value < term.value);
    }
    case "change":
      return row.change !== null && changeNames[row.change] === term.change;
  }
}

/** The names of changes in queries. */
export const changeNames: Record<NonNullable<IndexRow["change"]>, string> = {
  regression: "worse",
  improved: "better",
  stable: "same",
  insufficient: "unsure",
  new: "new",
  rewritten: "rewritten",
  gone: "gone",
};

function fieldHolds(field: FieldName, value: string, row: IndexRow, found: FoundTexts): boolean {
  switch (field) {
    case "status":
      return row.status.replace("_", "") === value.toLowerCase().replaceAll(/[_ -]/g, "");
    case "tag":
      return row.tags.some((tag) => tag.toLowerCase() === value.toLowerCase());
    case "file":
      return contains(row.file, value);
    case "assistant":
      return contains(row.assistant, value);
    case "owner":
      return contains(row.owner ?? "", value);
    case "tool":
      return row.tools.some((tool) => contains(tool, value));
    case "text":
      return found.get(value)?.has(row.id) === true;
  }
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

/** The order of statuses, the most urgent first. */
const urgency: Record<IndexRow["status"], number> = {
  failed: 0,
  errored: 1,
  inconclusive: 2,
  flaky: 3,
  quarantined: 4,
  not_run: 5,
  observed: 6,
  passed: 6,
  skipped: 7,
};

type Order = (one: IndexRow, other: IndexRow) => number;

const orders: Record<Sort, Order> = {
  worst: (one, other) => urgency[one.status] - urgency[other.status],
  file: () => 0,
  name: (one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0),
  time: (one, other) => other.time - one.time,
  cost: (one, other) => (other.cost ?? -1) - (one.cost ?? -1),
};

/** The rows in order; equal ones stay in the order of the files. */
export function sortRows(rows: readonly IndexRow[], sort: Sort): IndexRow[] {
  return sort === "file" ? [...rows] : rows.toSorted(orders[sort]);
}

/** Rows that belong together, with what they have in common. */
export interface RowGroup {
  name: string;
  rows: readonly IndexRow[];
}

/** The rows in groups, the largest first; a row with several tags is in several groups. */
export function groupRows(rows: readonly IndexRow[], group: Exclude<ListState["group"], "none">): RowGroup[] {
  const named = rows.flatMap((row) => namesOf(row, group).map((name) => ({ name, row })));
  const groups = [...Map.groupBy(named, ({ name }) => name)];
  return groups
    .map(([name, members]) => ({ name, rows: members.map(({ row }) => row) }))
    .toSorted((one, other) => other.rows.length - one.rows.length);
}

function namesOf(row: IndexRow, group: Exclude<ListState["group"], "none">): readonly string[] {
  switch (group) {
    case "cause":
      return [row.cause ?? row.status.replace("_", " ")];
    case "file":
      return [row.file];
    case "assistant":
      return [row.assistant];
    case "owner":
      return [row.owner ?? "nobody"];
    case "tag":
      return row.tags.length === 0 ? ["no tag"] : row.tags;
  }
}
