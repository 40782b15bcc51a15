import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RowGroup } from "../../page-data/filter.ts";
import type { IndexRow } from "../../page-data/index-row.ts";
import type { ListState } from "../../page-data/location.ts";
import type { Go } from "../state/location.ts";
import { GroupRow, Row } from "./row.tsx";

/** A line of the list with a unique `key`. */
export type Entry =
  | { kind: "row"; key: string; row: IndexRow }
  | ({ kind: "group"; key: string; isOpen: boolean } & RowGroup);

interface RowListProps {
  entries: readonly Entry[];
  cursor: string | null;
  openId: string | null;
  list: ListState;
  go: Go;
  toggle: (group: string) => void;
  isPrinting: boolean;
}

/** In pixels, as in the style sheet. */
const rowHeight = 36;
/** The maximum number of lines that are all in the document; of longer lists, only those in view and some around them are. */
const mostWhole = 300;
const around = 12;

/** The lines of the list. Of a long list, only the lines in view are in the document. */
export function RowList({ entries, cursor, openId, list, go, toggle, isPrinting }: RowListProps): JSX.Element {
  const element = useRef<HTMLUListElement>(null);
  const isWhole = entries.length <= mostWhole || isPrinting;
  const [first, last] = useWindow(element, entries.length, isWhole);
  const reveal = cursor ?? openId;
  useEffect(() => {
    const at = entries.findIndex((entry) => entry.kind === "row" && entry.row.id === reveal);
    if (at !== -1) showLine(element.current, at);
  }, [reveal, entries]);
  const shown = entries.slice(first, last);
  return (
    <ul class="rows" ref={element} style={isPrinting ? {} : { height: `${entries.length * rowHeight}px` }}>
      {shown.map((entry, offset) => {
        const at = first + offset;
        return (
          <li
            key={entry.key}
            class="line"
            style={isPrinting ? {} : { top: `${at * rowHeight}px` }}
            aria-setsize={entries.length}
            aria-posinset={at + 1}
          >
            {entry.kind === "group" ? (
              <GroupRow {...entry} toggle={toggle} />
            ) : (
              <Row
                row={entry.row}
                list={list}
                go={go}
                isOpen={entry.row.id === openId}
                isAt={entry.row.id === cursor}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** The range of lines in view; the end is exclusive. */
function useWindow(element: { current: HTMLElement | null }, count: number, isWhole: boolean): [number, number] {
  const [range, setRange] = useState<[number, number]>([0, 60]);
  useLayoutEffect(() => {
    if (isWhole) return;
    const read = () => {
      const top = element.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / rowHeight) - around);
      const last = Math.min(count, Math.ceil((innerHeight - top) / rowHeight) + around);
      setRange((before) => (before[0] === first && before[1] === last ? before : [first, Math.max(first, last)]));
    };
    read();
    // Whichever element scrolls.
    addEventListener("scroll", read, { capture: true, passive: true });
    addEventListener("resize", read);
    return () => {
      removeEventListener("scroll", read, { capture: true });
      removeEventListener("resize", read);
    };
  }, [element, count, isWhole]);
  return isWhole ? [0, count] : range;
}

/** Scrolls just far enough to bring a line into view. */
function showLine(element: HTMLElement | null, at: number): void {
  const scroller = element?.closest<HTMLElement>(".scroller") ?? document.documentElement;
  if (element === null) return;
  const isPage = scroller === document.documentElement;
  const view = isPage ? { top: 0, bottom: innerHeight } : scroller.getBoundingClientRect();
  const top = element.getBoundingClientRect().top + at * rowHeight;
  const above = top - view.top;
  const below = top + rowHeight - view.bottom;
  if (above < 0) scroller.scrollBy({ top: above - rowHeight });
  else if (below > 0) scroller.scrollBy({ top: below + rowHeight });
}
