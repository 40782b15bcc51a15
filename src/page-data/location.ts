/** A location in the report: everything that a link keeps. */
export type Location = Screen & { list: ListState };

/** The screen in view. Numbers count from 1; `null` is the default. */
export type Screen =
  | { screen: "overview" }
  | { screen: "scenario"; id: string; attempt: number | null; turn: number | null; check: number | null }
  | { screen: "attempts"; id: string; left: number | null; right: number | null }
  | { screen: "diff" }
  | { screen: "scenario-diff"; id: string };

/** The filter and order of the list. It belongs to every screen, so that the next scenario is the next one in the list. */
export interface ListState {
  query: string;
  sort: Sort;
  group: Group;
}

/** `worst`: failures first. `file`: as in the files. */
export const sorts = ["worst", "file", "name", "time", "cost"] as const;
export type Sort = (typeof sorts)[number];

/** The ways to group the rows of the list. */
export const groups = ["none", "cause", "file", "assistant", "owner", "tag"] as const;
export type Group = (typeof groups)[number];

export const wholeList: ListState = { query: "", sort: "worst", group: "none" };
export const overview: Location = { screen: "overview", list: wholeList };

/** Reads the part of a URL after `#`. Anything that is not a location of the report is the overview. */
export function parseLocation(hash: string): Location {
  const [path = "", search = ""] = cutAt(hash.replace(/^#/, ""), "?");
  const params = new URLSearchParams(search);
  const list: ListState = {
    query: params.get("q") ?? "",
    sort: oneOf(sorts, params.get("sort")) ?? wholeList.sort,
    group: oneOf(groups, params.get("group")) ?? wholeList.group,
  };
  return { ...parseScreen(path.split("/").slice(1), params), list };
}

function parseScreen([kind, written, what, ...more]: readonly string[], params: URLSearchParams): Screen {
  if (kind === "diff" && written === undefined) return { screen: "diff" };
  const id = kind === "s" && more.length === 0 ? decoded(written ?? "") : null;
  if (id === null) return { screen: "overview" };
  const number = (name: string) => positive(params.get(name));
  switch (what) {
    case undefined:
      return { screen: "scenario", id, attempt: number("a"), turn: number("t"), check: number("e") };
    case "attempts":
      return { screen: "attempts", id, left: number("l"), right: number("r") };
    case "diff":
      return { screen: "scenario-diff", id };
    default:
      return { screen: "overview" };
  }
}

/** The part of a URL from `#` on. */
export function formatLocation(location: Location): string {
  const { path, numbers } = written(location);
  const { query, sort, group } = location.list;
  const params = new URLSearchParams();
  for (const [name, number] of Object.entries(numbers)) if (number !== null) params.set(name, String(number));
  if (query !== "") params.set("q", query);
  if (sort !== wholeList.sort) params.set("sort", sort);
  if (group !== wholeList.group) params.set("group", group);
  return `#${path}${params.size === 0 ? "" : `?${params.toString()}`}`;
}

function written(screen: Screen): { path: string; numbers: Record<string, number | null> } {
  switch (screen.screen) {
    case "overview":
      return { path: "/", numbers: {} };
    case "scenario":
      return { path: pathOf(screen.id), numbers: { a: screen.attempt, t: screen.turn, e: screen.check } };
    case "attempts":
      return { path: `${pathOf(screen.id)}/attempts`, numbers: { l: screen.left, r: screen.right } };
    case "diff":
      return { path: "/diff", numbers: {} };
    case "scenario-diff":
      return { path: `${pathOf(screen.id)}/diff`, numbers: {} };
  }
}

function pathOf(id: string): string {
  return `/s/${encodeURIComponent(id.toWellFormed())}`;
}

/** The id of the scenario at a location. */
export function idOf(location: Screen): string | null {
  return "id" in location ? location.id : null;
}

/** The location of a scenario in the same list. */
export function scenarioLocation(id: string, list: ListState): Location {
  return { screen: "scenario", id, attempt: null, turn: null, check: null, list };
}

function cutAt(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function positive(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}

function oneOf<T extends string>(known: readonly T[], value: string | null): T | null {
  return known.find((each) => each === value) ?? null;
}
