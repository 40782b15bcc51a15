/** One thing that is expected between `min` and `max` times. */
export interface Wanted {
  min: number;
  max: number;
}

/** Calls by number. `fits(wanted, call)` is true when a call can be assigned to an expectation. */
export interface CallPuzzle {
  wanted: readonly Wanted[];
  /** Calls that were made together are in one round and have no order among themselves. */
  rounds: readonly (readonly number[])[];
  fits: (wanted: number, call: number) => boolean;
  /** True for a call that must be assigned to an expectation; the others may remain unassigned. */
  mustServe: (call: number) => boolean;
}

interface Slot {
  wanted: number;
  required: boolean;
}

/** True when calls can be assigned to expectations so that each gets its number of calls, in the order of the rounds. */
export function isSolvable(puzzle: CallPuzzle): boolean {
  const slots = slotsOf(puzzle);
  let reached = new Set([0]);
  for (const round of puzzle.rounds) {
    reached = new Set(reached.values().flatMap((start) => endsOf(slots, start, round, puzzle)));
  }
  return [...reached].some((end) => slots.slice(end).every(({ required }) => !required));
}

/** The faults that no assignment can avoid when order does not matter: expectations without enough calls, and surplus calls. */
export function faultsOf(puzzle: CallPuzzle): { missing: Set<number>; surplus: Set<number> } {
  const slots = slotsOf(puzzle);
  const calls = puzzle.rounds.flat();
  const required = slots.filter((slot) => slot.required);
  const served = assign(required, calls, (slot, call) => puzzle.fits(slot.wanted, call));
  const serving = assign(calls.filter(puzzle.mustServe), slots, (call, slot) => puzzle.fits(slot.wanted, call));
  return {
    missing: new Set(required.filter((slot) => !served.has(slot)).map(({ wanted }) => wanted)),
    surplus: new Set(calls.filter((call) => puzzle.mustServe(call) && !serving.has(call))),
  };
}

/** A largest one-to-one assignment (augmenting paths); earlier ones of `lefts` are never given up for later ones. */
export function assign<L, R>(
  lefts: readonly L[],
  rights: readonly R[],
  fits: (left: L, right: R) => boolean,
): Map<L, R> {
  const leftOf = new Map<R, L>();
  const place = (left: L, tried: Set<R>): boolean =>
    rights.some((right) => {
      if (tried.has(right) || !fits(left, right)) return false;
      tried.add(right);
      const holder = leftOf.get(right);
      if (holder !== undefined && !place(holder, tried)) return false;
      leftOf.set(right, left);
      return true;
    });
  for (const left of lefts) place(left, new Set());
  return new Map([...leftOf].map(([right, left]) => [left, right]));
}

/** The possible positions in the slots after a round that began at `start`. */
function endsOf(slots: readonly Slot[], start: number, round: readonly number[], puzzle: CallPuzzle): number[] {
  const ends = Array.from({ length: slots.length - start + 1 }, (_, index) => start + index);
  const possible = puzzle.rounds.length === 1 ? ends.slice(-1) : ends;
  return possible.filter((end) => isCovered(slots.slice(start, end), round, puzzle));
}

/**
 * Required slots and required calls can all be matched at once exactly when each side can be matched on its own
 * (Mendelsohn and Dulmage, 1958).
 */
function isCovered(slots: readonly Slot[], round: readonly number[], { fits, mustServe }: CallPuzzle): boolean {
  const required = slots.filter((slot) => slot.required);
  const serving = round.filter(mustServe);
  return (
    assign(required, round, (slot, call) => fits(slot.wanted, call)).size === required.length &&
    assign(serving, slots, (call, slot) => fits(slot.wanted, call)).size === serving.length
  );
}

function slotsOf({ wanted, rounds }: CallPuzzle): Slot[] {
  const calls = rounds.flat().length;
  return wanted.flatMap(({ min, max }, index) =>
    Array.from({ length: Math.max(min, Math.min(max, calls)) }, (_, nth) => ({ wanted: index, required: nth < min })),
  );
}
