import { useCallback, useEffect, useState } from "preact/hooks";
import { formatLocation, parseLocation, wholeList, type Location } from "../../page-data/location.ts";

/** Goes to another location; `replace` leaves no step to go back. */
export type Go = (to: Location, how?: "replace") => void;

/** Where we are, as the address of the page says, and the way to go elsewhere. */
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

/** A link to a location that somebody else can follow: it does not keep how the list was filtered. */
export function linkOf(location: Location): string {
  const base = globalThis.location.href.replace(/#.*$/s, "");
  return base + formatLocation(location.screen === "overview" ? location : { ...location, list: wholeList });
}
