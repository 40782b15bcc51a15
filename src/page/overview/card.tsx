import type { ComponentChildren, JSX } from "preact";

/** A titled part of the overview; `isFolded` where there is little room. */
export function Card(props: {
  title: string;
  /** A short summary of its content. */
  note?: string;
  isFolded: boolean;
  isWide?: boolean;
  children: ComponentChildren;
}): JSX.Element {
  const { title, note, isFolded, isWide = false, children } = props;
  if (isFolded) {
    return (
      <details class="card">
        <summary>
          <h2>{title}</h2>
          {note !== undefined && <span class="card-note">{note}</span>}
        </summary>
        {children}
      </details>
    );
  }
  return (
    <section class={`card${isWide ? " wide" : ""}`}>
      <div class="card-head">
        <h2>{title}</h2>
        {note !== undefined && <span class="card-note">{note}</span>}
      </div>
      {children}
    </section>
  );
}
