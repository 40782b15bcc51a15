import { useEffect, useState } from "preact/hooks";

const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];
const key = "playbill-theme";

/** The colours that were chosen, and the way to the next choice. */
export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(stored);
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    try {
      localStorage.setItem(key, theme);
    } catch {
      // A page may be forbidden to keep anything.
    }
  }, [theme]);
  return [theme, () => setTheme((now) => themes[(themes.indexOf(now) + 1) % themes.length] ?? "system")];
}

function stored(): Theme {
  try {
    return themes.find((each) => each === localStorage.getItem(key)) ?? "system";
  } catch {
    return "system";
  }
}
