import type { OpeningMessage } from "../../targets/target.ts";
import type { Opinions } from "../asking/ask.ts";
import type { PartHashes } from "../fingerprint.ts";
import type { TurnRecord } from "../record/record.ts";

/** A conversation of a scenario with a real model, as it is played again without one. */
export interface Recording {
  /** The scenario's id, with its cell. */
  scenario: string;
  /** The target's name in playbill.yaml. */
  target: string;
  /** The day, as 2026-11-26. */
  recorded: string;
  /** The assistant as it was: the parts that a model is told of. */
  assistant: PartHashes;
  /** The files with code of the scenario and of its tools, a hash of each. */
  code: PartHashes;
  /** The files that were attached, a hash of each; not there when there were none. */
  attached?: PartHashes;
  opening: readonly OpeningMessage[];
  /** What was set up before the conversation had saved by then; not there when nothing was. */
  saved?: Readonly<Record<string, unknown>>;
  turns: readonly TurnRecord[];
  /** What was answered to questions of judging. */
  opinions: Opinions;
}

/** The name of a call that was recorded: its turn (`2`, or `2.1` with the message of a simulated user) and round from 1, its place in the round from 0. */
export function recordedCallId(turn: string, round: number, index: number): string {
  return `call_${turn}_${round}_${index}`;
}
