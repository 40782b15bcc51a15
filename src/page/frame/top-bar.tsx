import type { JSX } from "preact";
import { formatLocation, type ListState } from "../../page-data/location.ts";
import type { RunHead } from "../../page-data/run-head.ts";
import type { Theme } from "../state/theme.ts";

/** The name of the run, and the controls of the page. */
export function TopBar(props: {
  head: RunHead;
  theme: Theme;
  nextTheme: () => void;
  help: () => void;
  list: ListState;
}): JSX.Element {
  const { head, theme, nextTheme, help, list } = props;
  return (
    <header class="top">
      <a class="brand" href={formatLocation({ screen: "overview", list })}>
        {head.project}
      </a>
      <dl class="about">
        <dt>run</dt>
        <dd>
          <time dateTime={head.began}>{timeText(head.began)}</time>
        </dd>
        <dt>target</dt>
        <dd>
          {head.target}
          {head.deployed ? " (deployed)" : ""}
        </dd>
      </dl>
      <div class="tools">
        <button type="button" onClick={nextTheme} title="Colours (t)">
          {themeWords[theme]}
        </button>
        <button type="button" onClick={help} aria-label="Keyboard help" title="Keyboard help (?)">
          ?
        </button>
      </div>
    </header>
  );
}

const themeWords: Record<Theme, string> = { system: "◐ System", light: "☀ Light", dark: "☾ Dark" };

/** A time in the local format. */
export function timeText(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
