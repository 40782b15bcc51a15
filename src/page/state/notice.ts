import { useCallback, useRef, useState } from "preact/hooks";

/** Milliseconds for which a notice stays, and between two of them: a screen reader reads each to its end. */
const stays = 2_000;

/** The notice that is shown, and the way to show one. Of several that come close together, the last is shown. */
export function useNotice(): [string, (text: string) => void] {
  const [notice, setNotice] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const tell = useCallback((text: string) => {
    clearTimeout(timer.current);
    setNotice(text);
    timer.current = setTimeout(() => setNotice(""), stays);
  }, []);
  return [notice, tell];
}
