import { changedParts, seenParts, type PartHashes } from "../fingerprint.ts";
import type { TurnRecord } from "../record/record.ts";
import type { Recording } from "./recording.ts";

/** From where on a recording says nothing about what there is now, and why. */
export interface Stale {
  /** The first turn that cannot be played again, from 1. */
  turn: number;
  /** Words that complete "because". */
  why: string;
}

/** What is thrown where a recording ends to be true. */
export class StaleRecording extends Error {
  readonly stale: Stale;

  constructor(turn: number, why: string) {
    super(staleText({ turn, why }));
    this.name = "StaleRecording";
    this.stale = { turn, why };
  }
}

/** Both in words. */
export function staleText({ turn, why }: Stale): string {
  return `the recording is stale from turn ${turn}: ${why}`;
}

/**
 * From where on a recording is stale because the assistant is another one now; `null`: it is the same. A tool that changed counts from the
 * first turn in which it was called; one that was never called might be called anywhere now, so it counts from the first.
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
  return after === undefined ? "is gone" : "changed";
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
