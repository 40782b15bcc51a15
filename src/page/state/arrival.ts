import { useEffect, useRef } from "preact/hooks";

/**
 * Puts the focus on the heading of what came into view, at its top, for those who do not see that it changed. `place` names what is in view, `null` while it
 * is not there yet. Nothing happens where one begins.
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

/** How many steps there were when the page was opened. */
const firstLength = history.length;
