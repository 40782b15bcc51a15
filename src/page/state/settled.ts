import { useEffect, useState } from "preact/hooks";

/** A text once it has not changed for `milliseconds`, so that a screen reader does not read it again for every typed letter. */
export function useSettled(text: string, milliseconds: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), milliseconds);
    return () => clearTimeout(timer);
  }, [text, milliseconds]);
  return settled;
}
