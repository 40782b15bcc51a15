import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Activity } from "../../page-data/live.ts";
import type { Live } from "../source.ts";

/** The activity while tests run; `null` in a report file. */
export const LiveContext = createContext<Live | null>(null);

/** The current activity of a scenario; `undefined` when there is none. */
export function useActivity(id: string): Activity | undefined {
  return useContext(LiveContext)?.active.get(id);
}
