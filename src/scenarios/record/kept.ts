import type { Clock } from "../../kit/clock.ts";
import { within } from "../../kit/waiting.ts";
import type { Conversation } from "../../targets/target.ts";
import { filesOf, type KeptFile, type TurnRecord } from "./record.ts";

/** Stores bytes beside the results of a run; `null` when they should not be kept. */
export type KeepFile = (bytes: Uint8Array) => Promise<KeptFile | null>;

/** The time for all files of a turn, in milliseconds. */
const askingTime = 10_000;
/** The maximum number of files kept per turn, and the maximum size of one in bytes. */
const mostFiles = 20;
export const mostBytes = 5_000_000;
/** The maximum length of a passage in characters; chunks of the API have 800 tokens by default. */
const longestPassage = 8_000;

/**
 * The parts of a turn that are kept for later viewing: the files that it created, and the passages that it cites. This does not count as time of the
 * turn, and whatever the target does not return in time is omitted.
 */
export async function keptOf(
  turn: TurnRecord,
  conversation: Conversation,
  { clock, signal, keep }: { clock: Clock; signal: AbortSignal; keep: KeepFile },
): Promise<Pick<TurnRecord, "fileContents" | "passages">> {
  const contents = async () => Object.fromEntries((await keptFiles(turn, conversation, signal, keep)).flat());
  const passages = async () => Object.fromEntries(await citedPassages(turn, conversation, signal));
  const inTime = <T>(work: Promise<Record<string, T>>) => within(askingTime, clock, work).catch(() => ({}));
  const [fileContents, cited] = await Promise.all([inTime(contents()), inTime(passages())]);
  return {
    ...(Object.keys(fileContents).length > 0 && { fileContents }),
    ...(Object.keys(cited).length > 0 && { passages: cited }),
  };
}

function keptFiles(
  turn: TurnRecord,
  conversation: Conversation,
  signal: AbortSignal,
  keep: KeepFile,
): Promise<(readonly [string, KeptFile])[][]> {
  const ids = filesOf(turn).flatMap(({ id }) => (id === "" ? [] : [id]));
  return Promise.all(
    ids.slice(0, mostFiles).map(async (id) => {
      const bytes = await conversation.fileContent(id, { signal, most: mostBytes });
      const kept = bytes === null ? null : await keep(bytes);
      return kept === null ? [] : [[id, kept] as const];
    }),
  );
}

async function citedPassages(
  { messages }: TurnRecord,
  conversation: Conversation,
  signal: AbortSignal,
): Promise<[string, string][]> {
  const citations = messages.flatMap((message) => message.citations);
  if (citations.length === 0) return [];
  const passages = await conversation.passages(citations, { signal });
  return citations.flatMap(({ text }, index) => {
    const passage = passages[index];
    return passage == null ? [] : [[text, passage.slice(0, longestPassage)]];
  });
}
