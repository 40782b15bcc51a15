import { cutEnd } from "../../kit/difference.ts";
import { show } from "../matcher/json.ts";
import type { CallRecord, TurnRecord } from "../record/record.ts";
import { differences, type ExpectedCall } from "./expected-calls.ts";

/** The closest match to an expected call that was not made. */
export interface Nearest {
  call: CallRecord | null;
  words: string | null;
}

/** The call of the same name in `turns` with the fewest differences; else that call in another turn; else the calls made instead. */
export function nearestTo(expected: ExpectedCall, turns: readonly TurnRecord[], soFar: readonly TurnRecord[]): Nearest {
  const here = candidates(expected, turns);
  const [best] = here.toSorted((one, other) => one.misses.length - other.misses.length);
  if (best !== undefined) {
    const words = `${showCall(best.call)}: ${best.misses.map(({ sentence }) => sentence).join("; ")}`;
    return { call: best.call, words };
  }
  const numbers = turns.map(({ number }) => number);
  const elsewhere = candidates(
    expected,
    soFar.filter(({ number }) => !numbers.includes(number)),
  );
  const found = elsewhere.find(({ misses }) => misses.length === 0) ?? elsewhere[0];
  if (found !== undefined) {
    const words = `${showCall(found.call)} was called in turn ${found.turn}, not ${numbers.join(", ")}`;
    return { call: found.call, words };
  }
  const names = turns.flatMap(({ calls }) => calls.map(({ name }) => name));
  return { call: null, words: names.length === 0 ? "no function was called" : `called instead: ${names.join(", ")}` };
}

/** `get_weather({"location":"Paris"})` */
export function showCall({ name, args, arguments: written }: Pick<CallRecord, "name" | "args" | "arguments">): string {
  return `${cutEnd(name, 100)}(${args === null ? cutEnd(written, 200) : show(args)})`;
}

function candidates(expected: ExpectedCall, turns: readonly TurnRecord[]) {
  return turns.flatMap(({ number, calls }) =>
    calls
      .filter(({ name }) => name === expected.name)
      .map((call) => ({ turn: number, call, misses: differences(expected, call) })),
  );
}
