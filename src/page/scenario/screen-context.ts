import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Source } from "../source.ts";

/** Which folds are open when nobody opened or closed them one by one: `none`, `all`, or those of the turn with that key. */
export interface Unfolded {
  /** Grows whenever it is asked for: what was opened one by one before does not count any more. */
  generation: number;
  what: string;
}

/** What all parts of a screen about a scenario share. */
export interface ScreenShared {
  source: Source;
  copy: (text: string, what: string) => Promise<void>;
  unfolded: Unfolded;
  /** The texts of the assistant are read as Markdown. */
  isMarked: boolean;
  /** The address of an expectation of the attempt in view, at its turn; both count from 1. Absent where another screen is in view. */
  addressOf?: (turn: number | null, check: number) => string;
}

/** Set by each screen about a scenario. */
export const ScreenContext = createContext<ScreenShared | null>(null);

/** The key of the turn that a part is in. */
export const TurnContext = createContext("");

/** What the screen shares with its parts. */
export function useScreen(): ScreenShared {
  const shared = useContext(ScreenContext);
  if (shared === null) throw new Error("a part of a screen is outside of one");
  return shared;
}

/** True where everything is to be unfolded. */
export function useIsUnfolded(): boolean {
  const { what } = useScreen().unfolded;
  const turn = useContext(TurnContext);
  return what === "all" || (turn !== "" && what === turn);
}
