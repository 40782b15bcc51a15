import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Source } from "../source.ts";

/** The folds that are open by default: `none`, `all`, or those of the turn with that key. */
export interface Unfolded {
  /** Incremented by every request, which overrides folds that were opened individually before. */
  generation: number;
  what: string;
}

/** The state that all parts of a screen about a scenario share. */
export interface ScreenShared {
  source: Source;
  copy: (text: string, what: string) => Promise<void>;
  unfolded: Unfolded;
  /** True when the assistant's texts are shown as Markdown. */
  isMarked: boolean;
  /** The link to an expectation of the attempt in view, at its turn; both count from 1. Absent on other screens. */
  addressOf?: (turn: number | null, check: number) => string;
}

/** Set by each screen about a scenario. */
export const ScreenContext = createContext<ScreenShared | null>(null);

/** The key of the turn that a part is in. */
export const TurnContext = createContext("");

/** The state that the screen shares with its parts. */
export function useScreen(): ScreenShared {
  const shared = useContext(ScreenContext);
  if (shared === null) throw new Error("a part of a screen is used outside a screen");
  return shared;
}

/** True where everything should be unfolded. */
export function useIsUnfolded(): boolean {
  const { what } = useScreen().unfolded;
  const turn = useContext(TurnContext);
  return what === "all" || (turn !== "" && what === turn);
}
