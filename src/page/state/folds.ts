import { useLayoutEffect } from "preact/hooks";

/** Opens every fold while the page is printed, and restores the closed ones afterwards. */
export function useFolds(isPrinting: boolean): void {
  useLayoutEffect(() => {
    if (!isPrinting) return;
    const closed = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open])")];
    for (const each of closed) each.open = true;
    return () => {
      for (const each of closed) each.open = false;
    };
  }, [isPrinting]);
}
