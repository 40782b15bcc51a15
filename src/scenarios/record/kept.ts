import type { Clock } from "../../kit/clock.ts";
import { within } from "../../kit/waiting.ts";
import type { Conversation } from "../../targets/target.ts";
import { filesOf, type KeptFile, type TurnRecord } from "./record.ts";

/** Keeps bytes beside the results of a run; `null` for what is not to be kept. */
export type KeepFile = (bytes: Uint8Array) => Promise<KeptFile | null>;

/** Milliseconds for everything of a turn. */
const askingTime = 10_000;
/** Files of a turn, and bytes of one, that are kept. */
const mostFiles = 20;
export const mostBytes = 5_000_000;
/** Characters of a passage; chunks of the API are 800 tokens by default. */
const longestPassage = 8_000;

/**
 * What is kept of a turn for people who look at it later: the files that it made, and what is where it cites files. It takes no time of the turn, and
 * what the target does not give in time is left out.
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
