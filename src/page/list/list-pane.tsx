import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { groups, sorts, scenarioLocation, type ListState, type Location } from "../../page-data/location.ts";
import { useKeys, type Keys } from "../state/keys.ts";
import { useSettled } from "../state/settled.ts";
import { linkOf, type Go } from "../state/location.ts";
import { type Entry, RowList } from "./row-list.tsx";
import type { ShownRows } from "./shown-rows.ts";

interface ListPaneProps {
  list: ListState;
  shown: ShownRows;
  /** The scenario that is open. */
  openId: string | null;
  /** The scenario that was open last. */
  lastId: string | null;
  total: number;
  location: Location;
  go: Go;
  setList: (next: Partial<ListState>) => void;
  copy: (text: string, what: string) => Promise<void>;
  isPrinting: boolean;
}

/** The maximum number of rows for which groups are unfolded at first. */
const unfolded = 40;

/** The scenarios of the run: search, filters and rows. */
export function ListPane({
  list,
  shown,
  openId,
  lastId,
  total,
  location,
  go,
  setList,
  copy,
  isPrinting,
}: ListPaneProps): JSX.Element {
  const box = useRef<HTMLInputElement>(null);
  const [cursor, setCursor] = useState<string | null>(openId ?? lastId);
  // Only keys move the focus; someone who clicks or types has the focus elsewhere.
  const isMoved = useRef(false);
  useLayoutEffect(() => {
    if (!isMoved.current) return;
    isMoved.current = false;
    document.querySelector<HTMLElement>(".row.at")?.focus({ preventScroll: true });
  }, [cursor]);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => setToggled(new Set()), [list.group]);
  useEffect(() => {
    if (openId !== null) setCursor(openId);
  }, [openId]);
  const entries = useMemo(() => entriesOf(shown, toggled, isPrinting), [shown, toggled, isPrinting]);
  const keys = useMemo<Keys>(() => {
    const step = (by: number) => {
      const rows = entries.flatMap((entry) => (entry.kind === "row" ? [entry.row.id] : []));
      const at = cursor === null ? -1 : rows.indexOf(cursor);
      const next = rows[at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
      if (next === undefined) return;
      setCursor(next);
      isMoved.current = true;
    };
    return {
      j: () => step(1),
      k: () => step(-1),
      Enter: cursor === null ? undefined : () => go(scenarioLocation(cursor, list)),
      "/": () => box.current?.select(),
    };
  }, [entries, cursor, go, list]);
  useKeys(keys);
  const found = countText(shown, total, list.query);
  const told = useSettled(list.query === "" ? "" : found, 1_000);
  const toggle = (name: string) => setToggled((before) => before.symmetricDifference(new Set([name])));
  return (
    <div class="list-pane">
      <h2 class="short">Scenarios</h2>
      <div class="search">
        <input
          ref={box}
          type="search"
          aria-label="Search scenarios"
          placeholder="s:failed @tag f:file tool:name time>5s text:word"
          spellcheck={false}
          value={list.query}
          onInput={(event) => setList({ query: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
      </div>
      <div class="found">
        <span class="found-count">{found}</span>
        <span class="short" role="status">
          {told}
        </span>
        {shown.search.searched !== null && !shown.search.isDone && (
          <button type="button" onClick={shown.search.cancel}>
            Cancel
          </button>
        )}
        {list.query !== "" && (
          <>
            <button type="button" onClick={() => setList({ query: "" })}>
              Clear
            </button>
            <button type="button" onClick={() => void copy(linkOf({ ...location, screen: "overview" }), "the link")}>
              Copy link
            </button>
          </>
        )}
        <span class="choices">
          <Choice name="Sort" value={list.sort} values={sorts} choose={(sort) => setList({ sort })} />
          <Choice name="Group" value={list.group} values={groups} choose={(group) => setList({ group })} />
        </span>
      </div>
      <RowList {...{ entries, cursor, openId, list, go, toggle, isPrinting }} />
    </div>
  );
}

function entriesOf({ order, groups: made }: ShownRows, toggled: ReadonlySet<string>, isPrinting: boolean): Entry[] {
  if (made === null) return order.map((row) => ({ kind: "row", row, key: row.id }));
  const isOpenFirst = order.length <= unfolded;
  return made.flatMap(({ name, rows }): Entry[] => {
    const isOpen = isPrinting || isOpenFirst !== toggled.has(name);
    const inside = isOpen ? rows.map((row): Entry => ({ kind: "row", row, key: `${name}\n${row.id}` })) : [];
    return [{ kind: "group", name, rows, isOpen, key: name }, ...inside];
  });
}

function countText({ order, search }: ShownRows, total: number, query: string): string {
  if (search.searched !== null && !search.isDone)
    return `${order.length} found, ${search.searched} of ${total} searched`;
  if (query === "") return `${total.toLocaleString("en")} ${total === 1 ? "scenario" : "scenarios"}`;
  return `${order.length.toLocaleString("en")} of ${total.toLocaleString("en")}`;
}

function Choice<T extends string>(props: {
  name: string;
  value: T;
  values: readonly T[];
  choose: (value: T) => void;
}): JSX.Element {
  const { name, value, values, choose } = props;
  return (
    <label class="choice">
      <span>{name}</span>
      <select
        value={value}
        onChange={(event) => {
          const next = values.find((each) => each === event.currentTarget.value);
          if (next !== undefined) choose(next);
        }}
      >
        {values.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}
