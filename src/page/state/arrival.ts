import { useEffect, useRef } from "preact/hooks";

/**
 * Moves the focus to the heading of newly shown content, for people who cannot see that it changed. `place` names the content, `null` while it
 * is loading. Does nothing at the first location.
 */
export function useArrival(place: string | null): void {
  const last = useRef<string | null>(null);
  useEffect(() => {
    const before = last.current;
    last.current = place;
    if (place === null || before === place || (before === null && history.length === firstLength)) return;
    const heading = document.querySelector<HTMLElement>("h1[data-focus]");
    (heading?.closest(".scroller") ?? document.documentElement).scrollTop = 0;
    heading?.focus({ preventScroll: true });
  }, [place]);
}

/** The length of the history when the page was opened. */
const firstLength = history.length;
