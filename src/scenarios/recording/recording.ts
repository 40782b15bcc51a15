import type { OpeningMessage } from "../../targets/target.ts";
import type { Opinions } from "../asking/ask.ts";
import type { PartHashes } from "../fingerprint.ts";
import type { TurnRecord } from "../record/record.ts";

/** A conversation of a scenario with a real model, for replay without the model. */
export interface Recording {
  /** The scenario's id, with its cell. */
  scenario: string;
  /** The target's name in playbill.yaml. */
  target: string;
  /** The date, such as 2026-11-26. */
  recorded: string;
  /** The assistant at that time: the parts that a model sees. */
  assistant: PartHashes;
  /** The files that contain code of the scenario and its tools, with a hash of each. */
  code: PartHashes;
  /** The attached files, with a hash of each; absent when there were none. */
  attached?: PartHashes;
  opening: readonly OpeningMessage[];
  /** The values that setup had saved; absent when there were none. */
  saved?: Readonly<Record<string, unknown>>;
  turns: readonly TurnRecord[];
  /** The answers to questions of judging. */
  opinions: Opinions;
}

/** The id of a recorded call: its turn (`2`, or `2.1` with the message of a simulated user) and round from 1, its position in the round from 0. */
export function recordedCallId(turn: string, round: number, index: number): string {
  return `call_${turn}_${round}_${index}`;
}
