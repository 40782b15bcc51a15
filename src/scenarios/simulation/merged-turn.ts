import { costOfTurns } from "../record/cost.ts";
import type { TurnRecord } from "../record/record.ts";
import { usageOf } from "../record/usage.ts";

/** The exchange with a simulated user as one turn: all parts in order, with the end of the last part. */
export function mergedTurn(parts: readonly [TurnRecord, ...TurnRecord[]]): TurnRecord {
  const [first] = parts;
  const last = parts.at(-1) ?? first;
  const rounds = parts.map(({ calls }) => Math.max(0, ...calls.map(({ round }) => round)));
  const before = rounds.map((_, index) => rounds.slice(0, index).reduce((sum, each) => sum + each, 0));
  const { part: _, ...about } = last;
  return {
    ...about,
    user: parts.map(({ user }) => user).join("\n\n"),
    events: parts.flatMap(({ events }) => events),
    calls: parts.flatMap(({ calls }, index) =>
      calls.map((call) => Object.assign({}, call, { round: call.round + (before[index] ?? 0) })),
    ),
    code: parts.flatMap(({ code }) => code),
    messages: parts.flatMap(({ messages }) => messages),
    usage: usageOf({ turns: parts }),
    cost: costOfTurns(parts),
    time: {
      total: parts.reduce((sum, { time }) => sum + time.total, 0),
      first_token: first.time.first_token,
      waited: parts.reduce((sum, { time }) => sum + time.waited, 0),
    },
    ...(parts.some(({ fileNames }) => fileNames !== undefined) && {
      fileNames: Object.assign({}, ...parts.map(({ fileNames }) => fileNames)) as Record<string, string>,
    }),
    saved: Object.assign({}, ...parts.map(({ saved }) => saved)) as Record<string, unknown>,
  };
}

/** The turns before the last simulated turn, and the parts of that turn. */
export function partsOfLast(soFar: readonly TurnRecord[]): {
  before: readonly TurnRecord[];
  parts: readonly TurnRecord[];
} {
  const number = soFar.at(-1)?.number;
  const from = soFar.findIndex((turn) => turn.number === number);
  return { before: soFar.slice(0, Math.max(0, from)), parts: soFar.slice(Math.max(0, from)) };
}
