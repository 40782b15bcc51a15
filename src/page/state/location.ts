import { useCallback, useEffect, useState } from "preact/hooks";
import { formatLocation, parseLocation, wholeList, type Location } from "../../page-data/location.ts";

/** Navigates to another location; `replace` adds no history entry. */
export type Go = (to: Location, how?: "replace") => void;

/** The current location from the page's URL, and the function to navigate. */
export function useLocation(): [Location, Go] {
  const [location, setLocation] = useState(() => parseLocation(globalThis.location.hash));
  useEffect(() => {
    const read = () => setLocation(parseLocation(globalThis.location.hash));
    addEventListener("popstate", read);
    addEventListener("hashchange", read);
    return () => {
      removeEventListener("popstate", read);
      removeEventListener("hashchange", read);
    };
  }, []);
  const go = useCallback<Go>((to, how) => {
    const hash = formatLocation(to);
    if (how === "replace") history.replaceState(null, "", hash);
    else if (hash !== globalThis.location.hash) history.pushState(null, "", hash);
    setLocation(to);
  }, []);
  return [location, go];
}

/** A link to a location for others, without the filter of the list. */
export function linkOf(location: Location): string {
  const base = globalThis.location.href.replace(/#.*$/s, "");
  return base + formatLocation(location.screen === "overview" ? location : { ...location, list: wholeList });
}
