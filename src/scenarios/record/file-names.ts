import type { Clock } from "../../kit/clock.ts";
import { within } from "../../kit/waiting.ts";
import type { Conversation } from "../../targets/target.ts";
import { citedIn, filesOf, type TurnRecord } from "./record.ts";

/** The time for all names of a turn, in milliseconds. */
const askingTime = 5_000;

/** The names of the files that a turn cites or created, as in `TurnRecord`. This does not count as time of the turn. */
export async function fileNamesOf(
  turn: TurnRecord,
  conversation: Conversation,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<Pick<TurnRecord, "fileNames">> {
  const ids = new Set([...citedIn(turn), ...filesOf(turn)].map(({ id }) => id).filter((id) => id !== ""));
  if (ids.size === 0) return {};
  const asked = [...ids].map(async (id) => [id, await conversation.fileName(id, { signal })] as const);
  const found = await within(askingTime, clock, Promise.all(asked)).catch(() => []);
  return { fileNames: Object.fromEntries(found.flatMap(([id, name]) => (name === null ? [] : [[id, name]]))) };
}
