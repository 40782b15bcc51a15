import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { excerptOf, pagesOf, runsOf, type Excerpt } from "./long-text.ts";
import { save } from "./save.ts";
import { useIsUnfolded, useScreen } from "./screen-context.ts";
import { segmentsOf, type Segment, type Span } from "./spans.ts";

interface TextProps {
  text: string;
  /** Its name in the labels of buttons: `reply`. */
  name: string;
  spans?: readonly Span[];
  /** A position that is in view at first. */
  around?: number;
  onCite?: (number: number) => void;
}

/** A plain text of any length: its first lines, or those around a position, then the entire text, or page by page. */
export function TextView({ text, name, spans = [], around = 0, onCite }: TextProps): JSX.Element {
  const isUnfolded = useIsUnfolded();
  const { copy } = useScreen();
  const [asked, setAsked] = useState<{ page: number } | null>(null);
  const excerpt = excerptOf(text, around);
  const isWhole = excerpt.from === 0 && excerpt.to === text.length;
  const isAll = asked !== null || isUnfolded;
  const pages = isAll && !isWhole ? pagesOf(text) : [];
  const page = Math.min(asked?.page ?? 0, Math.max(0, pages.length - 1));
  const shown = pages[page] ?? excerpt;
  return (
    <div class="text-view">
      {!isAll && excerpt.from > 0 && <p class="cut">… {amount(text, 0, excerpt.from)} before</p>}
      <div class="text">{segmentsOf(text, spans, shown).map((segment) => segmentView(segment, onCite))}</div>
      {!isAll && excerpt.to < text.length && <p class="cut">… {amount(text, excerpt.to, text.length)} more</p>}
      {!isWhole && (
        <p class="text-tools">
          {isAll ? (
            asked !== null && (
              <button type="button" onClick={() => setAsked(null)}>
                Show less
              </button>
            )
          ) : (
            <button type="button" onClick={() => setAsked({ page: pageAt(text, around) })}>
              Show all
            </button>
          )}
          {pages.length > 1 && <Pages {...{ pages, page, go: (to) => setAsked({ page: to }) }} />}
          <button type="button" onClick={() => void copy(text, `the ${name}`)}>
            Copy
          </button>
          {pages.length > 1 && (
            <button type="button" onClick={() => save(`${name}.txt`, text)}>
              Save
            </button>
          )}
        </p>
      )}
    </div>
  );
}

function Pages({
  pages,
  page,
  go,
}: {
  pages: readonly Excerpt[];
  page: number;
  go: (to: number) => void;
}): JSX.Element {
  return (
    <>
      <button type="button" disabled={page === 0} aria-label="Previous part" onClick={() => go(page - 1)}>
        ◀
      </button>
      <span>
        part {page + 1} of {pages.length}
      </span>
      <button type="button" disabled={page + 1 >= pages.length} aria-label="Next part" onClick={() => go(page + 1)}>
        ▶
      </button>
    </>
  );
}

function pageAt(text: string, around: number): number {
  return Math.max(
    0,
    pagesOf(text).findIndex(({ to }) => around < to),
  );
}

function segmentView({ text, span }: Segment, onCite: TextProps["onCite"]): JSX.Element | JSX.Element[] {
  const runs = runsOf(text).map((run) =>
    run.kind === "plain" ? (
      <>{run.text}</>
    ) : (
      <span class="unseen" data-name={run.name} title={run.name}>
        {run.text}
      </span>
    ),
  );
  switch (span?.kind) {
    case undefined:
      return runs;
    case "ins":
      return <ins>{runs}</ins>;
    case "del":
      return <del>{runs}</del>;
    case "hit":
      return <span class="hit">{runs}</span>;
    case "cite":
      return (
        <button
          type="button"
          class="cite"
          data-number={span.number}
          aria-label={`Citation ${span.number}`}
          onClick={() => onCite?.(span.number)}
        >
          <span class="short">{text}</span>
        </button>
      );
  }
}

/** The size of a part of a text: in lines, or in characters for a single line. */
function amount(text: string, from: number, to: number): string {
  let lines = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to - 1; at = text.indexOf("\n", at + 1)) lines += 1;
  if (lines === 0) return `${(to - from).toLocaleString("en")} characters`;
  return `${(lines + 1).toLocaleString("en")} lines`;
}
