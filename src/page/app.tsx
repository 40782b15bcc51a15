import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { idOf, scenarioLocation, wholeList, type ListState } from "../page-data/location.ts";
import { titleOf } from "../page-data/run-head.ts";
import { Help } from "./frame/help.tsx";
import { TopBar } from "./frame/top-bar.tsx";
import { Tallies } from "./frame/tallies.tsx";
import { LiveBar } from "./live/live-bar.tsx";
import { LiveContext } from "./live/live-context.ts";
import { ListPane } from "./list/list-pane.tsx";
import { useShownRows } from "./list/shown-rows.ts";
import { Overview } from "./overview/overview.tsx";
import { Detail } from "./scenario/detail.tsx";
import type { Source } from "./source.ts";
import { useArrival } from "./state/arrival.ts";
import { copyText } from "./state/copy.ts";
import { useFolds } from "./state/folds.ts";
import { useKeys, type Keys } from "./state/keys.ts";
import { linkOf, useLocation } from "./state/location.ts";
import { useMedia, wide } from "./state/media.ts";
import { useNotice } from "./state/notice.ts";
import { useChanges } from "./state/source.ts";
import { useTheme } from "./state/theme.ts";

/** The report: the overview of a run, its scenarios, and the open scenario. */
export function App({ source, isPrinting }: { source: Source; isPrinting: boolean }) {
  const changes = useChanges(source);
  const [location, go] = useLocation();
  const [theme, nextTheme] = useTheme();
  // Printed pages have one column, whatever the window has.
  const isWide = useMedia(wide) && !isPrinting;
  const [notice, tell] = useNotice();
  const [isHelping, setHelping] = useState(false);
  const rows = source.rows();
  const { list } = location;
  const shown = useShownRows(source, rows, list);
  const id = idOf(location);
  const isOverview = location.screen === "overview";
  useFolds(isPrinting);
  const setList = useCallback(
    (next: Partial<ListState>) => go({ ...location, list: { ...list, ...next } }, "replace"),
    [go, location, list],
  );
  const copy = useCallback(
    async (text: string, what: string) => tell((await copyText(text)) ? `Copied ${what}` : `Could not copy ${what}`),
    [tell],
  );
  const actions = source.actions;
  const live = source.live?.() ?? null;
  const keys = useMemo<Keys>(() => {
    const refused = (error: unknown) => tell(String(error).replace(/^Error: /, ""));
    const step = (by: number) => {
      const at = shown.order.findIndex((row) => row.id === id);
      const next = shown.order[at === -1 ? 0 : at + by];
      if (next !== undefined) go(scenarioLocation(next.id, list));
    };
    return {
      n: id === null ? undefined : () => step(1),
      p: id === null ? undefined : () => step(-1),
      Escape: () => {
        if (isHelping) setHelping(false);
        else if (!isOverview) go({ screen: "overview", list });
        else if (list.query !== "") setList({ query: "" });
      },
      l: () => void copy(linkOf(location), "the link"),
      d: id === null ? () => go({ screen: "diff", list }) : () => go({ screen: "scenario-diff", id, list }),
      t: nextTheme,
      "?": () => setHelping((is) => !is),
      r: actions && id !== null ? () => void actions.run([id]).catch(refused) : undefined,
      R: actions && (() => void actions.run("failed").catch(refused)),
    };
  }, [shown.order, id, list, location, isHelping, isOverview, go, setList, copy, nextTheme, actions, tell]);
  useKeys(keys);
  useArrival(isOverview ? "overview" : null);
  const head = source.head();
  const openName = id === null ? null : (rows.find((row) => row.id === id)?.name ?? id);
  useEffect(() => {
    document.title = openName === null ? titleOf(head) : `${openName} · ${head.project}`;
  }, [openName, head]);
  // The list returns to its previous position.
  const lastId = useRef<string | null>(null);
  if (id !== null) lastId.current = id;
  const listPane = (
    <ListPane
      {...{
        list,
        shown,
        openId: id,
        lastId: lastId.current,
        go,
        setList,
        copy,
        isPrinting,
        location,
        total: rows.length,
      }}
    />
  );
  return (
    <LiveContext.Provider value={live}>
      <TopBar head={head} theme={theme} nextTheme={nextTheme} help={() => setHelping(true)} list={wholeList} />
      {live !== null && actions !== undefined && <LiveBar {...{ live, actions, head, id, tell }} />}
      <main class={isWide ? "panes" : "column"}>
        {(isWide || isOverview) && (
          <section class="side scroller" aria-label="Scenarios">
            <Tallies head={head} list={list} setList={setList} go={go} />
            {!isWide && <Overview {...{ head, rows: shown.order, list, isFolded: !isPrinting }} />}
            {listPane}
          </section>
        )}
        {isWide && isOverview && (
          <section class="detail scroller" aria-label="Overview">
            <Overview {...{ head, rows: shown.order, list, isFolded: false }} />
          </section>
        )}
        {!isOverview && (
          <section class="detail scroller" aria-label="Scenario">
            <Detail {...{ source, location, go, changes, shown, copy, rows }} />
          </section>
        )}
      </main>
      {isHelping && <Help close={() => setHelping(false)} />}
      <p class="notice" role="status" aria-live="polite">
        {notice}
      </p>
    </LiveContext.Provider>
  );
}
