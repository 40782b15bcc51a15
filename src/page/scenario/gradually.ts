import { useEffect, useState } from "preact/hooks";

/** The number of items drawn at first, and in each later step. */
const first = 12;
const step = 24;

/** The number of `total` items drawn so far: at least up to `needed`, and soon all. A different `key` starts again. */
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
