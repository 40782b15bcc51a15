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
  return [theme, () => setTheme(nextTheme)];
}

/** First the other one than the system's, so that every step but the last is seen. */
function nextTheme(now: Theme): Theme {
  const [own, other]: Theme[] = matchMedia("(prefers-color-scheme: dark)").matches
    ? ["dark", "light"]
    : ["light", "dark"];
  if (now === "system") return other ?? "system";
  return now === other ? (own ?? "system") : "system";
}

function stored(): Theme {
  try {
    return themes.find((each) => each === localStorage.getItem(key)) ?? "system";
  } catch {
    return "system";
  }
}
