import { asText, isObject } from "../../kit/json.ts";

/** An expected piece of text: a text, possibly ignoring case. */
interface Fragment {
  text: string;
  ignoresCase: boolean;
}

/** The pieces of text under `contains` and similar keys. */
export function fragmentsIn(written: unknown): Fragment[] {
  const all: unknown[] = Array.isArray(written) ? written : written === undefined ? [] : [written];
  return all.map((each) =>
    isObject(each)
      ? { text: asText(each["text"]), ignoresCase: each["ignore_case"] === true }
      : { text: asText(each), ignoresCase: false },
  );
}

/** True when every text that contains `one` also contains `other`. */
export function implies(one: Fragment, other: Fragment): boolean {
  if (!other.ignoresCase) return !one.ignoresCase && one.text.includes(other.text);
  return one.text.toLowerCase().includes(other.text.toLowerCase());
}
