import { changedParts, seenParts, type PartHashes } from "../fingerprint.ts";
import type { TurnRecord } from "../record/record.ts";
import type { Recording } from "./recording.ts";

/** The point from which a recording no longer matches the current state, and why. */
export interface Stale {
  /** The first turn that cannot be replayed, from 1. */
  turn: number;
  /** Words that complete "because". */
  why: string;
}

/** Thrown where a recording no longer matches the current state. */
export class StaleRecording extends Error {
  readonly stale: Stale;

  constructor(turn: number, why: string) {
    super(staleText({ turn, why }));
    this.name = "StaleRecording";
    this.stale = { turn, why };
  }
}

/** The turn and the reason in words. */
export function staleText({ turn, why }: Stale): string {
  return `the recording is stale from turn ${turn}: ${why}`;
}

/**
 * The point from which a recording is stale because the assistant changed; `null` when it did not. A changed tool counts from the first turn in
 * which it was called; a tool that was never called counts from the first turn, because it might now be called anywhere.
 */
export function staleByAssistant(
  { assistant, turns }: Pick<Recording, "assistant" | "turns">,
  now: PartHashes,
): Stale | null {
  const changed = changedParts(seenParts(assistant), seenParts(now)).map((part) => ({
    part,
    turn: firstUse(part, turns),
  }));
  if (changed.length === 0) return null;
  const turn = Math.min(...changed.map((each) => each.turn));
  const parts = changed.map(({ part }) => `${part} ${wordFor(assistant[part], now[part])}`);
  return { turn, why: parts.join(", ") };
}

function wordFor(before: string | undefined, after: string | undefined): string {
  if (before === undefined) return "is new";
  return after === undefined ? "was removed" : "changed";
}

function firstUse(part: string, turns: readonly TurnRecord[]): number {
  if (!part.startsWith("tools.")) return 1;
  const name = part.slice("tools.".length);
  return turns.find((turn) => uses(turn, name))?.number ?? 1;
}

function uses({ calls, events }: TurnRecord, tool: string): boolean {
  if (tool === "code_interpreter") return events.some(({ event }) => event.kind === "code");
  if (tool === "file_search") return events.some(({ event }) => event.kind === "search");
  return calls.some(({ name }) => name === tool);
}
