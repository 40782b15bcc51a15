import { useEffect, useState } from "preact/hooks";

/** A text once it has not changed for so many milliseconds: what is read aloud must not change with every letter that is typed. */
export function useSettled(text: string, milliseconds: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), milliseconds);
    return () => clearTimeout(timer);
  }, [text, milliseconds]);
  return settled;
}
