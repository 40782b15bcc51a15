import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Activity } from "../../page-data/live.ts";
import type { Live } from "../source.ts";

/** What goes on while tests run; `null` in a report that is a file. */
export const LiveContext = createContext<Live | null>(null);

/** What a scenario is doing now; `undefined` when nothing. */
export function useActivity(id: string): Activity | undefined {
  return useContext(LiveContext)?.active.get(id);
}
