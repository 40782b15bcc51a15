import { asText, isObject } from "../../kit/json.ts";

/** A piece of text that is expected, as it is written: a text, or one whose case may differ. */
interface Fragment {
  text: string;
  ignoresCase: boolean;
}

/** One or several pieces of text, as they are written under `contains` and its like. */
export function fragmentsIn(written: unknown): Fragment[] {
  const all: unknown[] = Array.isArray(written) ? written : written === undefined ? [] : [written];
  return all.map((each) =>
    isObject(each)
      ? { text: asText(each["text"]), ignoresCase: each["ignore_case"] === true }
      : { text: asText(each), ignoresCase: false },
  );
}

/** True when a text that has `one` in it has `other` in it, too. */
export function implies(one: Fragment, other: Fragment): boolean {
  if (!other.ignoresCase) return !one.ignoresCase && one.text.includes(other.text);
  return one.text.toLowerCase().includes(other.text.toLowerCase());
}
