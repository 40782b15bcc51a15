import { useEffect, useState } from "preact/hooks";

const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];
const key = "playbill-theme";

/** The chosen colour theme, and the function to choose the next one. */
export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(stored);
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    try {
      localStorage.setItem(key, theme);
    } catch {
      // Storage may be disabled for the page.
    }
  }, [theme]);
  return [theme, () => setTheme(nextTheme)];
}

/** The next theme, starting with the one that differs from the system's, so that every step but the last is visible. */
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
