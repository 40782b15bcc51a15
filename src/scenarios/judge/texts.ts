import type { Path } from "../../project/project.ts";
import { asText } from "../fill.ts";

/** One text or several, each with its place under `key`. An expression may have made a number of one. */
export function textsOf(written: string | string[] | undefined, key: string): { at: Path; text: string }[] {
  if (written === undefined) return [];
  if (Array.isArray(written)) return written.map((text, index) => ({ at: [key, index], text: asText(text) }));
  return [{ at: [key], text: asText(written) }];
}
