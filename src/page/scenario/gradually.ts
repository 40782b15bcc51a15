import { useEffect, useState } from "preact/hooks";

/** Items that are drawn at once, and as many each time when the browser has drawn those before. */
const first = 12;
const step = 24;

/** How many of `total` items are drawn so far: at least up to `needed`, and soon all. What is drawn for another `key` begins again. */
export function useGradually(total: number, needed: number, key: unknown): number {
  const [drawn, setDrawn] = useState({ key, count: first });
  const count = Math.min(total, Math.max(drawn.key === key ? drawn.count : first, needed));
  useEffect(() => {
    if (count >= total) return;
    const timer = setTimeout(() => setDrawn({ key, count: count + step }), 0);
    return () => clearTimeout(timer);
  }, [count, total, key]);
  return count;
}
