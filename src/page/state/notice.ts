import { useCallback, useRef, useState } from "preact/hooks";

/** The time in milliseconds for which a notice stays, and between two notices, so that a screen reader reads each to the end. */
const stays = 2_000;

/** The current notice, and the function to show one. Of several in quick succession, the last is shown. */
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
